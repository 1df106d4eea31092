using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>
/// Follows the event numbers of one subscription: what is a repeat, what is missing, when the counter began anew (Subscriptions R5 Backport IG 1.1.0,
/// "Handling errors"). Pure. Notifications may come in any order and more than once; nothing here ever holds one back.
/// </summary>
internal static class EventTracker
{
    /// <param name="state">What was heard before; null: nothing.</param>
    /// <param name="heard">What is heard now.</param>
    public static EventsTracked Track(EventState? state, HeardNumbers heard)
    {
        var numbers = heard.Numbers;
        if (state is null) return Start(heard, numbers, epoch: 1);
        if (IsReset(state, heard, numbers)) return Start(heard, numbers, state.Epoch + 1) with { ResetSince = state.GoodAt };
        return Continue(state, heard, numbers);
    }

    // What happened before we heard of a subscription is not missing: the first poll of a source covers it.
    private static EventsTracked Start(HeardNumbers heard, IReadOnlyList<(long Number, DateTimeOffset At)> numbers, long epoch)
    {
        // An answer to $events is about the past and says nothing about where we stand.
        if (heard.Kind == NotificationKind.QueryEvent) return new EventsTracked(null, 0, [], null);
        if ((numbers.Count > 0 ? numbers[0].Number - 1 : heard.EventsSinceStart) is not { } before) return new EventsTracked(null, 0, [], null);
        return Continue(new EventState { Epoch = epoch, Highest = before, HighestAt = heard.ReceivedAt }, heard, numbers);
    }

    /// <summary>
    /// A counter below what it was before has begun anew; so has one that gives an old number to a newer event. Only what was received later than
    /// the highest number can show that: rows are not worked in the order of their arrival.
    /// </summary>
    private static bool IsReset(EventState state, HeardNumbers heard, IReadOnlyList<(long Number, DateTimeOffset At)> numbers)
    {
        if (heard.Kind == NotificationKind.QueryEvent || heard.ReceivedAt <= state.HighestAt) return false;
        if (numbers.Count == 0) return heard.EventsSinceStart < state.Highest;
        // An event without time, or of a clock that runs ahead, cannot be told from its own repeat.
        return heard.Events.All(item => item.At < heard.ReceivedAt && item.At > state.LatestEventAt)
            && numbers.All(item => item.Number <= state.Highest && !state.Gaps.Any(gap => Holds(gap, item.Number)));
    }

    private static EventsTracked Continue(EventState state, HeardNumbers heard, IReadOnlyList<(long Number, DateTimeOffset At)> numbers)
    {
        var gaps = state.Gaps.ToList();
        var opened = new List<EventGap>();
        var (highest, repeats) = (state.Highest, 0);
        foreach (var (number, _) in numbers)
        {
            if (number > highest) Reach(number - 1);
            else if (!Fill(gaps, number)) repeats++;
            highest = Math.Max(highest, number);
        }
        // Beside numbered events the counter says nothing more: some servers count what they have not sent yet.
        if (numbers.Count == 0 && heard.EventsSinceStart is { } counter) Reach(counter);
        var next = state with
        {
            Highest = highest,
            HighestAt = highest > state.Highest ? heard.ReceivedAt : state.HighestAt,
            LatestEventAt = numbers.Count > 0 && !(state.LatestEventAt >= numbers.Max(item => item.At)) ? numbers.Max(item => item.At) : state.LatestEventAt,
            Gaps = gaps,
        };
        return new EventsTracked(next, repeats, opened, null);

        void Reach(long last)
        {
            if (last <= highest) return;
            var gap = new EventGap(highest + 1, last, heard.NotedAt, state.LatestEventAt ?? state.HighestAt);
            gaps.Add(gap);
            opened.Add(gap);
            highest = last;
        }
    }

    /// <summary>Takes a number out of its gap; false when it is in none.</summary>
    private static bool Fill(List<EventGap> gaps, long number)
    {
        var index = gaps.FindIndex(gap => Holds(gap, number));
        if (index < 0) return false;
        var gap = gaps[index];
        gaps.RemoveAt(index);
        if (number < gap.Last) gaps.Insert(index, gap with { First = number + 1 });
        if (number > gap.First) gaps.Insert(index, gap with { Last = number - 1 });
        return true;
    }

    private static bool Holds(EventGap gap, long number) => number >= gap.First && number <= gap.Last;
}
