using System.Globalization;

namespace CarT.Fhir.Listener.FirstSight;

/// <summary>A back-fill that is to be fetched.</summary>
internal sealed record BackfillRow(string Source, string PatientId, long Number, string InfusedOn, long RequestedTicks, long Attempts)
{
    /// <summary>The local day of the earliest known infusion.</summary>
    public DateOnly InfusionDay => ReadDay(InfusedOn);

    /// <summary>The first day of the history, so many days before; the calendar may begin later.</summary>
    public DateOnly HistoryFrom(int daysBefore) => DateOnly.FromDayNumber(Math.Max(0, InfusionDay.DayNumber - daysBefore));

    public static DateOnly ReadDay(string day) => DateOnly.ParseExact(day, "O", CultureInfo.InvariantCulture);
}

/// <summary>How far the back-fill of a patient is.</summary>
internal sealed record BackfillStatus(string Source, string PatientId, long Number, string State)
{
    public bool IsDone => State == "done";
}

/// <summary>The back-fills of one source, for operators.</summary>
internal sealed record BackfillCounts
{
    public required string Source { get; init; }

    /// <summary>How many are not done.</summary>
    public required long Waiting { get; init; }

    /// <summary>How many of those are no longer waited for by the first revision of their patient.</summary>
    public required long Overdue { get; init; }

    /// <summary>When the oldest of those was asked for; null when there is none.</summary>
    public long? OldestTicks { get; init; }

    /// <summary>Why the last attempt of one that waits failed, or null.</summary>
    public string? Fault { get; init; }

    /// <summary>How many ended with a gap: the source refused one of their searches, or did not give what a result refers to.</summary>
    public required long Incomplete { get; init; }

    /// <summary>What is missing of those, each word once: types, and <c>references</c>; separated by spaces, or null.</summary>
    public string? Missing { get; init; }
}
