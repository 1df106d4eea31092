using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sources;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>The arithmetic of windows, of the schedule and of the bound of requests.</summary>
public sealed class PollWindowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_window_reaches_back_by_the_overlap_and_is_closed()
    {
        var window = PollWindow.After(Noon, wish: null, Noon + Minute, 10 * Minute);
        Assert.Equal(Noon - (10 * Minute), window.From);
        Assert.True(window.To > Noon + Minute);
        Assert.Equal(
            "Patient?_lastUpdated=ge2026-03-01T11:50:00.000Z&_lastUpdated=lt2026-03-02T12:01:00.000Z&_sort=_lastUpdated&_count=50", window.Search("Patient?", 50));
        Assert.StartsWith("Observation?code=a,b&_lastUpdated=ge", window.Search("Observation?code=a,b", 50), StringComparison.Ordinal);
        Assert.StartsWith("Procedure?_lastUpdated=ge", window.Search("Procedure", 50), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stamp_on_the_edge_of_a_millisecond_is_within_the_next_window()
    {
        var stamp = Noon.AddTicks(9999);
        Assert.Equal(Noon, PollWindow.After(stamp, null, Noon, TimeSpan.Zero).From);
        Assert.Contains("ge2026-03-01T12:00:00.000Z", PollWindow.After(stamp, null, Noon, TimeSpan.Zero).Search("Patient?", 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wish_takes_the_window_back_and_never_forward()
    {
        Assert.Equal(Noon - (70 * Minute), PollWindow.After(Noon, Noon - (60 * Minute), Noon, 10 * Minute).From);
        Assert.Equal(Noon - (10 * Minute), PollWindow.After(Noon, Noon + (60 * Minute), Noon, 10 * Minute).From);
    }

    [Fact]
    public void Without_a_stamp_of_the_source_the_watermark_stays_whatever_time_it_tells()
    {
        Assert.Equal(Noon, PollWindow.Advance(Noon, newest: null, said: null, Lag));
        Assert.Equal(Noon, PollWindow.Advance(Noon, newest: null, said: Noon + (60 * Minute), Lag));
        Assert.Equal(Noon + Minute, PollWindow.Advance(Noon, Noon + Minute, said: Noon + (60 * Minute), Lag));
    }

    [Fact]
    public void The_watermark_follows_the_newest_stamp_and_never_goes_back_for_an_older_one()
    {
        Assert.Equal(Noon + Minute, PollWindow.Advance(Noon, Noon + Minute, said: null, Lag));
        Assert.Equal(Noon, PollWindow.Advance(Noon, Noon - Minute, said: null, Lag));
    }

    [Fact]
    public void A_stamp_of_the_future_does_not_take_the_watermark_beyond_the_time_that_the_source_tells()
    {
        var said = Noon + (5 * Minute);
        Assert.Equal(said - Lag, PollWindow.Advance(Noon, Noon.AddYears(70), said, Lag));
    }

    [Fact]
    public void A_clock_of_the_source_that_was_set_back_takes_the_watermark_with_it() =>
        Assert.Equal(Noon - (60 * Minute), PollWindow.Advance(Noon, Noon, Noon - (60 * Minute), Lag));

    [Fact]
    public void A_poll_is_due_at_its_time_for_a_wish_and_after_the_machine_s_clock_was_set_back()
    {
        var options = new PollOptions();
        var row = new PollRow("main", Noon.UtcTicks, Noon.UtcTicks, (Noon + (5 * Minute)).UtcTicks, 0, "complete", 0, null, null);
        var wished = row with { WantedTicks = Noon.UtcTicks + 1 };
        Assert.True(PollSchedule.IsDue(null, Noon, options));
        Assert.False(PollSchedule.IsDue(row, Noon + Minute, options));
        Assert.True(PollSchedule.IsDue(row, Noon + (5 * Minute), options));
        Assert.True(PollSchedule.IsDue(row, Noon - (60 * Minute), options));
        Assert.False(PollSchedule.IsDue(wished, Noon + TimeSpan.FromSeconds(1), options));
        Assert.True(PollSchedule.IsDue(wished, Noon + TimeSpan.FromSeconds(2), options));
        Assert.False(PollSchedule.IsDue(wished with { Failures = 1 }, Noon + Minute, options));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(600)]
    public void In_no_minute_are_there_more_requests_than_allowed(int perMinute)
    {
        var time = new StandingTime(Noon);
        var budget = new RequestBudget(perMinute, time);
        var sent = new List<TimeSpan>();
        for (var i = 0; i < 5 * perMinute; i++)
        {
            var wait = budget.Reserve();
            if (wait > TimeSpan.Zero) time.Advance(wait);
            sent.Add(time.GetUtcNow() - Noon);
        }
        for (var i = perMinute; i < sent.Count; i++) Assert.True(sent[i] - sent[i - perMinute] >= Minute - TimeSpan.FromMilliseconds(1), $"request {i}");
        Assert.True(sent[^1] < 12 * Minute);
    }

    [Fact]
    public void What_is_asked_at_once_counts_and_puts_the_others_off_by_a_minute_at_most()
    {
        var budget = new RequestBudget(60, new StandingTime(Noon));
        for (var i = 0; i < 6; i++) budget.Count();
        Assert.True(budget.Reserve() > TimeSpan.Zero);

        for (var i = 0; i < 10_000; i++) budget.Count();

        Assert.InRange(budget.Reserve(), Minute / 2, Minute);
    }

    [Fact]
    public void A_turn_that_was_not_used_is_given_back_and_zero_is_no_bound()
    {
        var one = new RequestBudget(1, new StandingTime(Noon));
        Assert.True(one.Reserve() <= TimeSpan.Zero);
        one.GiveBack();
        Assert.True(one.Reserve() <= TimeSpan.Zero);
        Assert.True(one.Reserve() > TimeSpan.Zero);
        var none = new RequestBudget(0, new StandingTime(Noon));
        for (var i = 0; i < 1000; i++) Assert.Equal(TimeSpan.Zero, none.Reserve());
    }
}
