using System.Globalization;
using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;
using Hl7.Fhir.Model;
using RegexGroup = System.Text.RegularExpressions.Group;

namespace CarT.Fhir.R4.Facts;

/// <summary>A clinical time that was read, or the code of why there is none (<c>time-missing</c>, <c>time-imprecise</c>, <c>resource-invalid</c>).</summary>
internal readonly record struct TimeReading(ClinicalTime? Time, string? Problem)
{
    internal static TimeReading Missing { get; } = new(null, DataQualityCodes.TimeMissing);

    internal bool IsMissing => Problem == DataQualityCodes.TimeMissing;

    /// <summary>This time, or the other when the source gave none here. An unusable time is not replaced.</summary>
    internal TimeReading Else(TimeReading other) => IsMissing ? other : this;
}

/// <summary>The time rules of P1.2, per resource type. <c>issued</c> is never a clinical time.</summary>
internal static partial class ClinicalTimes
{
    internal static TimeReading Of(Observation observation, Specimen? specimen)
    {
        var effective = observation.Effective is Period period ? Of(period.EndElement) : OfElement(observation.Effective);
        return effective.Else(Of(specimen));
    }

    internal static TimeReading Of(Specimen? specimen) => specimen?.Collection?.Collected switch
    {
        Period period => Of(period.EndElement).Else(Of(period.StartElement)),
        var collected => OfElement(collected),
    };

    /// <summary>Start of an administration, a procedure or a statement; its end when only that is known.</summary>
    internal static TimeReading OfStart(DataType? element) => element switch
    {
        Period period => Of(period.StartElement).Else(Of(period.EndElement)),
        _ => OfElement(element),
    };

    internal static TimeReading OfElement(DataType? element) => element switch
    {
        Instant { ObjectValue: DateTimeOffset instant } => new(ClinicalTime.At(instant), null),
        Instant or FhirDateTime or Date => Of((PrimitiveType)element),
        _ => TimeReading.Missing,
    };

    internal static TimeReading Of(PrimitiveType? element) => element?.ObjectValue is string text ? Parse(text) : TimeReading.Missing;

    /// <summary>A FHIR date or dateTime. A time of day needs a zone; a leap second is the first moment of the next minute.</summary>
    internal static TimeReading Parse(string text)
    {
        var match = DateTimeForm().Match(text);
        if (!match.Success) return new(null, DataQualityCodes.ResourceInvalid);
        if (!match.Groups["day"].Success) return new(null, DataQualityCodes.TimeImprecise);
        if (!DateOnly.TryParseExact(match.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new(null, DataQualityCodes.ResourceInvalid);
        if (!match.Groups["hour"].Success) return new(ClinicalTime.On(date), null);
        return Moment(date, match.Groups) is { } instant ? new(ClinicalTime.At(instant), null) : new(null, DataQualityCodes.ResourceInvalid);
    }

    private static DateTimeOffset? Moment(DateOnly date, GroupCollection parts)
    {
        if (Offset(parts["zone"].Value) is not { } offset) return null;
        var second = parts["second"].Success ? Number(parts["second"]) : 0;
        if (Number(parts["hour"]) > 23 || Number(parts["minute"]) > 59 || second > 60) return null;
        var time = new TimeOnly(Number(parts["hour"]), Number(parts["minute"])).ToTimeSpan()
            + TimeSpan.FromSeconds(second) + TimeSpan.FromTicks(Ticks(parts["fraction"].Value));
        try
        {
            return new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), offset) + time;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static TimeSpan? Offset(string zone)
    {
        if (zone == "Z") return TimeSpan.Zero;
        if (zone.Length != 6) return null;
        var size = new TimeSpan(int.Parse(zone.AsSpan(1, 2), CultureInfo.InvariantCulture), int.Parse(zone.AsSpan(4, 2), CultureInfo.InvariantCulture), 0);
        if (size > TimeSpan.FromHours(14) || size.Minutes > 59) return null;
        return zone[0] == '-' ? -size : size;
    }

    private static int Number(RegexGroup group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static long Ticks(string fraction) => fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(7, '0').AsSpan(0, 7), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?<date>[0-9]{4}(-[0-9]{2}(-(?<day>[0-9]{2}))?)?)((?<=-[0-9]{2}-[0-9]{2})T(?<hour>[0-9]{2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})(\.(?<fraction>[0-9]+))?)?(?<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DateTimeForm();
}
