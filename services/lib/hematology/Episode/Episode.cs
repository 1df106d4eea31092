using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>One CAR-T course (P1.3): its number, day 0, product, and the infusion instant when one is known.</summary>
internal sealed class Episode(int number, Sighted<CarTInfusion> first)
{
    public const string Unspecified = "unspecified";

    private readonly List<Sighted<CarTInfusion>> records = [first];

    public int Number => number;

    /// <summary>Local day 0 as <see cref="DateOnly.DayNumber"/>.</summary>
    public int Day0 => first.At.DayNumber;

    public IReadOnlyList<Sighted<CarTInfusion>> Records => records;

    public string Product => records.Select(static r => r.Fact.Product).FirstOrDefault(static p => p != Unspecified) ?? Unspecified;

    /// <summary>The earliest timed record of day 0; values of day 0 before it belong to the time before (P1.4).</summary>
    public DateTimeOffset? InfusedAt { get; private set; } = first.At.Instant;

    public DateOnly DateOf(int day) => DateOnly.FromDayNumber(Math.Clamp(Day0 + day, 0, DateOnly.MaxValue.DayNumber));

    public void Join(Sighted<CarTInfusion> record)
    {
        records.Add(record);
        if (record.At.DayNumber == Day0) InfusedAt ??= record.At.Instant;
    }

    public bool BelongsToTimeBefore(LocalMoment at) =>
        at.DayNumber < Day0 || (at.DayNumber == Day0 && at.Instant < InfusedAt);
}
