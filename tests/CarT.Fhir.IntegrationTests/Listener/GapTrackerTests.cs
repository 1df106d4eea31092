using CarT.Fhir.Listener.Storing;
using CarT.Fhir.Listener.Subscriptions;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Event numbers of one subscription: repeats, gaps, a counter that begins anew (Subscriptions R5 Backport IG 1.1.0).</summary>
public sealed class GapTrackerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Numbers_in_a_row_leave_no_gap()
    {
        var state = After(Handshake(0, at: 0), Event(1, at: 1), Event(2, at: 2), Event(3, at: 3));
        Assert.Equal((1, 3, 3), (state.Epoch, state.LastContiguous, state.Highest));
        Assert.Empty(state.Gaps);
    }

    [Fact]
    public void A_number_that_is_passed_over_opens_a_gap_from_the_last_good_event()
    {
        var state = After(Handshake(0, at: 0), Event(1, at: 1), Event(4, at: 9));
        var gap = Assert.Single(state.Gaps);
        Assert.Equal((2, 3, Happened(1)), (gap.First, gap.Last, gap.GoodAt));
        Assert.Equal((1, 4), (state.LastContiguous, state.Highest));
    }

    [Fact]
    [Trait("acceptance", "c")]
    public void What_comes_late_closes_its_gap_and_what_comes_again_is_a_repeat()
    {
        var state = After(Handshake(0, at: 0), Event(1, at: 1), Event(4, at: 4));
        var late = EventTracker.Track(state, Event(2, happened: 2, at: 5));
        Assert.Equal((3, 3), (Assert.Single(late.State!.Gaps).First, late.State.Gaps[0].Last));
        var last = EventTracker.Track(late.State, Event(3, happened: 3, at: 6));
        Assert.Equal((4, 0), (last.State!.LastContiguous, last.Repeats));
        var again = EventTracker.Track(last.State, Event(2, happened: 2, at: 7));
        Assert.Equal((last.State, 1, null), (again.State! with { Gaps = last.State.Gaps }, again.Repeats, again.ResetSince));
    }

    [Fact]
    public void A_heartbeat_ahead_of_what_was_heard_opens_a_gap()
    {
        var tracked = EventTracker.Track(After(Handshake(0, at: 0), Event(1, at: 1)), Heartbeat(3, at: 9));
        Assert.Equal((2, 3), (Assert.Single(tracked.Opened).First, tracked.Opened[0].Last));
    }

    [Fact]
    public void A_handshake_after_an_error_tells_how_much_was_missed()
    {
        var tracked = EventTracker.Track(After(Handshake(0, at: 0), Event(41, at: 1)), Handshake(46, at: 9));
        Assert.Contains(tracked.Opened, gap => (gap.First, gap.Last) == (42, 46));
        Assert.Null(tracked.ResetSince);
    }

    [Theory]
    [InlineData("handshake")]
    [InlineData("heartbeat")]
    [InlineData("query-status")]
    [Trait("acceptance", "d")]
    public void A_counter_below_what_it_was_has_begun_anew(string kind)
    {
        var state = After(Handshake(0, at: 0), Event(1, at: 1), Event(5, at: 5));
        var tracked = EventTracker.Track(state, new HeardNumbers(kind, 0, [], At(9), At(9)));
        Assert.Equal((2, 0, Happened(1)), (tracked.State!.Epoch, tracked.State.Highest, tracked.ResetSince));
        Assert.Empty(tracked.State.Gaps);
        Assert.Equal(1, EventTracker.Track(tracked.State, Event(1, at: 10)).State!.LastContiguous);
    }

    [Fact]
    [Trait("acceptance", "d")]
    public void An_old_number_for_a_newer_event_shows_that_the_counter_began_anew()
    {
        var state = After(Handshake(0, at: 0), Event(1, at: 1), Event(2, at: 2), Event(3, at: 3));
        var tracked = EventTracker.Track(state, Event(1, happened: 8, at: 9));
        Assert.Equal((2, 1, Happened(3)), (tracked.State!.Epoch, tracked.State.LastContiguous, tracked.ResetSince));
    }

    [Fact]
    public void A_repeat_is_no_new_beginning_whatever_the_sender_s_clock_says()
    {
        var ahead = EventTracker.Track(After(Handshake(0, at: 0)), Event(1, happened: 60, at: 1)).State!;
        var again = EventTracker.Track(ahead, Event(1, happened: 60, at: 5));
        Assert.Equal((1, 1, null), (again.State!.Epoch, again.Repeats, again.ResetSince));
        var timeless = EventTracker.Track(After(Handshake(0, at: 0)), Numbers("event-notification", 1, 1, [(1, null)])).State!;
        Assert.Null(EventTracker.Track(timeless, Numbers("event-notification", 1, 5, [(1, null)])).ResetSince);
    }

    [Fact]
    public void A_handshake_that_is_worked_late_is_no_new_beginning()
    {
        var state = After(Event(1, at: 5), Event(2, at: 6));
        var tracked = EventTracker.Track(state, Handshake(0, at: 0));
        Assert.Equal((1, 2, null), (tracked.State!.Epoch, tracked.State.Highest, tracked.ResetSince));
    }

    [Fact]
    public void Events_without_numbers_are_the_last_of_the_counter_and_numbers_win_over_it()
    {
        var counted = EventTracker.Track(After(Handshake(0, at: 0), Event(1, at: 1)), Numbers("event-notification", 5, 9, [(null, 8), (null, 9)]));
        Assert.Equal((2, 3), (Assert.Single(counted.Opened).First, counted.Opened[0].Last));
        Assert.Equal(5, counted.State!.Highest);
        var numbered = EventTracker.Track(After(Handshake(0, at: 0), Event(1, at: 1)), Numbers("event-notification", 9, 9, [(2, 9)]));
        Assert.Equal((2, 0), (numbered.State!.Highest, numbered.Opened.Count));
    }

    [Fact]
    public void The_answer_to_events_fills_a_gap_and_never_opens_one()
    {
        var state = After(Handshake(0, at: 0), Event(1, at: 1), Event(4, at: 4));
        var tracked = EventTracker.Track(state, Numbers("query-event", 46, 9, [(2, 2), (3, 3)]));
        Assert.Equal((4, 4, 0), (tracked.State!.LastContiguous, tracked.State.Highest, tracked.Opened.Count));
        Assert.Null(EventTracker.Track(null, Numbers("query-event", 46, 9, [(44, 2)])).State);
    }

    [Fact]
    public void A_subscription_that_we_meet_in_the_middle_has_no_gap_before_us()
    {
        Assert.Equal((41, 0), (After(Event(41, at: 1)).LastContiguous, After(Event(41, at: 1)).Gaps.Count));
        Assert.Equal(41, After(Heartbeat(41, at: 1)).LastContiguous);
        Assert.Null(EventTracker.Track(null, Numbers("event-notification", null, 1, [(null, 1)])).State);
    }

    [Fact]
    public void A_clock_ahead_of_ours_does_not_let_the_poll_start_too_late()
    {
        var state = After(Handshake(0, at: 0), Event(1, happened: 500, at: 1), Event(3, happened: 502, at: 3));
        Assert.Equal(At(1), Assert.Single(state.Gaps).GoodAt);
    }

    [Fact]
    public void Whatever_the_order_losses_and_repeats_exactly_the_lost_numbers_are_missing()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var count = random.Next(1, 40);
            var lost = Enumerable.Range(1, count).Where(_ => random.Next(4) == 0).ToHashSet();
            var sent = Enumerable.Range(1, count).Where(number => !lost.Contains(number)).ToList();
            sent.AddRange(sent.Where(_ => random.Next(5) == 0).ToList());
            var arrivals = sent.ToArray();
            random.Shuffle(arrivals);
            var (state, repeats) = (EventTracker.Track(null, Handshake(0, at: 0)).State!, 0);
            for (var i = 0; i < arrivals.Length;)
            {
                var bundle = arrivals.Skip(i).Take(random.Next(1, 4)).ToList();
                i += bundle.Count;
                // All received at one instant: the order of working must not matter.
                var tracked = EventTracker.Track(state, Numbers("event-notification", null, 0, [.. bundle.Select(number => ((long?)number, (int?)-1))]));
                (state, repeats) = (tracked.State!, repeats + tracked.Repeats);
            }
            state = EventTracker.Track(state, Heartbeat(count, at: 99)).State!;
            Assert.Equal(lost.Order().Select(number => (long)number), state.Gaps.SelectMany(gap => Enumerable.Range((int)gap.First, (int)(gap.Last - gap.First + 1)).Select(number => (long)number)));
            Assert.Equal(arrivals.Length - arrivals.Distinct().Count(), repeats);
            Assert.Equal((count, 1), (state.Highest, state.Epoch));
            Assert.Equal(lost.Count == 0 ? count : lost.Min() - 1, state.LastContiguous);
        }
    }

    private static EventState After(params HeardNumbers[] heard)
    {
        EventState? state = null;
        foreach (var item in heard) state = EventTracker.Track(state, item).State;
        return state!;
    }

    private static HeardNumbers Handshake(long events, int at) => Numbers("handshake", events, at, []);

    private static HeardNumbers Heartbeat(long events, int at) => Numbers("heartbeat", events, at, []);

    private static HeardNumbers Event(long number, int at) => Event(number, at, at);

    private static HeardNumbers Event(long number, int happened, int at) => Numbers("event-notification", number, at, [(number, happened)]);

    private static HeardNumbers Numbers(string kind, long? events, int at, (long? Number, int? At)[] items) =>
        new(kind, events, [.. items.Select(item => new HeardEvent(item.Number, null, item.At is { } time ? Happened(time) : null))], At(at), At(at));

    private static DateTimeOffset Happened(int minute) => At(minute).AddSeconds(-1);

    private static DateTimeOffset At(int minute) => Start.AddMinutes(minute);
}
