using System.Globalization;
using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;
using Hl7.Fhir.Model;

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
    private const int DateLength = 10;

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
        if (!DateTimeForm().IsMatch(text)) return new(null, DataQualityCodes.ResourceInvalid);
        if (text.Length < DateLength) return new(null, DataQualityCodes.TimeImprecise);
        if (!DateOnly.TryParseExact(text.AsSpan(0, DateLength), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new(null, DataQualityCodes.ResourceInvalid);
        if (text.Length == DateLength) return new(ClinicalTime.On(date), null);
        return Moment(date, text.AsSpan(DateLength + 1)) is { } instant ? new(ClinicalTime.At(instant), null) : new(null, DataQualityCodes.ResourceInvalid);
    }

    /// <summary>The moment of a time of day in the form hh:mm[:ss[.fff]]zone; null for one without a zone or beyond the clock.</summary>
    private static DateTimeOffset? Moment(DateOnly date, ReadOnlySpan<char> time)
    {
        var zoneAt = time.IndexOfAny('Z', '+', '-');
        if (zoneAt < 0 || Offset(time[zoneAt..]) is not { } offset) return null;
        var (hour, minute) = (Number(time[..2]), Number(time[3..5]));
        var seconds = time[5..zoneAt];
        var second = seconds.IsEmpty ? 0 : Number(seconds[1..3]);
        if (hour > 23 || minute > 59 || second > 60) return null;
        var fraction = seconds.Length > 4 ? Ticks(seconds[4..]) : 0;
        try
        {
            return new DateTimeOffset(date.ToDateTime(new TimeOnly(hour, minute)), offset).AddSeconds(second).AddTicks(fraction);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static TimeSpan? Offset(ReadOnlySpan<char> zone)
    {
        if (zone is "Z") return TimeSpan.Zero;
        var size = new TimeSpan(Number(zone[1..3]), Number(zone[4..6]), 0);
        if (size > TimeSpan.FromHours(14) || Number(zone[4..6]) > 59) return null;
        return zone[0] == '-' ? -size : size;
    }

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    /// <summary>The fraction of a second, cut at 100 ns.</summary>
    private static long Ticks(ReadOnlySpan<char> fraction)
    {
        var ticks = 0L;
        for (var i = 0; i < 7; i++) ticks = (ticks * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
        return ticks;
    }

    [GeneratedRegex(@"\A[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DateTimeForm();
}
