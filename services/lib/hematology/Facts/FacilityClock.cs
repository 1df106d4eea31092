using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// A clinical time in the facility's zone: its local day (as <see cref="DateOnly.DayNumber"/>), its instant when known, and when it is first seen
/// (P1.5: a date-only fact from the start of its local day).
/// </summary>
internal readonly record struct LocalMoment(int DayNumber, DateTimeOffset? Instant, DateTimeOffset SeenFrom)
{
    public DateOnly Date => DateOnly.FromDayNumber(DayNumber);
}

/// <summary>Local days of the facility time zone (P1.1).</summary>
public sealed class FacilityClock(TimeZoneInfo zone)
{
    internal LocalMoment Locate(ClinicalTime time) =>
        time.Instant is { } instant ? Locate(instant) : new LocalMoment(time.Date!.Value.DayNumber, null, StartOf(time.Date.Value));

    internal LocalMoment Locate(DateTimeOffset instant) => new(DateOf(instant).DayNumber, instant, instant);

    /// <summary>The local day of an instant.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>The first instant of a local day, in UTC, also where the clocks change at midnight.</summary>
    public DateTimeOffset StartOf(DateOnly date)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        var ticks = Math.Clamp(local.Ticks - offset.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks);
        return new DateTimeOffset(ticks, TimeSpan.Zero);
    }
}
