using System.Globalization;
using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>A FHIR time as its text says it; what is missing of the clock counts as zero, what is missing of the date as the first.</summary>
/// <param name="UtcTicks">100 ns since year 1, in UTC; without an offset as if it were UTC.</param>
/// <param name="OffsetMinutes">Null when the text has no zone.</param>
/// <param name="HasDay">Whether the text names a day.</param>
/// <param name="HasClock">Whether the text names a time of day.</param>
internal sealed record StatedTime(long UtcTicks, int? OffsetMinutes, bool HasDay, bool HasClock);

/// <summary>Reads times without the product or its model.</summary>
internal static partial class TimeOracle
{
    internal static StatedTime? Parse(string? text)
    {
        if (text is null || Form().Match(text) is not { Success: true } parts) return null;
        var (year, month, day) = (Whole(parts, "y", 1), Whole(parts, "mo", 1), Whole(parts, "d", 1));
        var (hour, minute, second) = (Whole(parts, "h", 0), Whole(parts, "mi", 0), Whole(parts, "s", 0));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return null;
        var offset = Offset(parts);
        var fraction = long.Parse(parts.Groups["f"].Value.PadRight(7, '0').AsSpan(0, 7), CultureInfo.InvariantCulture);
        var ticks = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks + (second * TimeSpan.TicksPerSecond) + fraction;
        return new StatedTime(ticks - ((offset ?? 0) * TimeSpan.TicksPerMinute), offset, parts.Groups["d"].Success, parts.Groups["h"].Success);
    }

    /// <summary>Whether a clinical time is what the text says: the day of a date, or the moment (to 100 ns) of a time with its zone.</summary>
    internal static bool Says(string? text, ClinicalTime time)
    {
        if (Parse(text) is not { HasDay: true } stated) return false;
        if (time.Date is { } date) return !stated.HasClock && stated.OffsetMinutes is null && date.ToDateTime(TimeOnly.MinValue).Ticks == stated.UtcTicks;
        return time.Instant is { } instant && stated is { HasClock: true, OffsetMinutes: { } offset }
            && Math.Abs(instant.UtcTicks - stated.UtcTicks) <= 1 && instant.Offset == TimeSpan.FromMinutes(offset);
    }

    private static int? Offset(Match parts)
    {
        var zone = parts.Groups["z"].Value;
        if (zone.Length == 0) return null;
        if (zone == "Z") return 0;
        var minutes = (int.Parse(zone.AsSpan(1, 2), CultureInfo.InvariantCulture) * 60) + int.Parse(zone.AsSpan(4, 2), CultureInfo.InvariantCulture);
        return zone[0] == '-' ? -minutes : minutes;
    }

    private static int Whole(Match parts, string group, int otherwise) =>
        parts.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex(@"\A(?<y>[0-9]{4})(-(?<mo>[0-9]{2})(-(?<d>[0-9]{2})(T(?<h>[0-9]{2})(:(?<mi>[0-9]{2})(:(?<s>[0-9]{2})(\.(?<f>[0-9]+))?)?)?)?)?)?(?<z>Z|[+-][0-9]{2}:[0-9]{2})?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
