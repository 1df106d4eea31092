using System.Globalization;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>A half-open range of UTC ticks; null means unbounded.</summary>
internal readonly record struct TickRange(long? From, long? To)
{
    public TickRange And(TickRange other) => new(
        From is { } a && other.From is { } b ? Math.Max(a, b) : From ?? other.From,
        To is { } c && other.To is { } d ? Math.Min(c, d) : To ?? other.To);
}

/// <summary>
/// A FHIR date search value: a prefix and a date of any precision, which stands for the whole range from its first to its last instant.
/// Without an offset it is UTC. <c>ne</c> and <c>ap</c> are not supported.
/// </summary>
internal static class DateBounds
{
    private static readonly string[] Prefixes = ["eq", "gt", "lt", "ge", "le", "sa", "eb"];

    public static bool TryParse(string value, out TickRange range)
    {
        range = default;
        var prefix = value.Length > 2 && char.IsAsciiLetter(value[0]) ? value[..2] : "eq";
        var date = value.Length > 2 && char.IsAsciiLetter(value[0]) ? value[2..] : value;
        if (!Prefixes.Contains(prefix) || !TryParseRange(date, out var low, out var high)) return false;
        range = prefix switch
        {
            "gt" or "sa" => new TickRange(high, null),
            "ge" => new TickRange(low, null),
            "lt" or "eb" => new TickRange(null, low),
            "le" => new TickRange(null, high),
            _ => new TickRange(low, high),
        };
        return true;
    }

    private static bool TryParseRange(string date, out long low, out long high)
    {
        (low, high) = (0, 0);
        // A '+' of an offset that was not escaped arrives as a space.
        var text = date.Replace(' ', '+');
        try
        {
            if (!TryParse(text, out var start, out var next)) return false;
            (low, high) = (start.UtcTicks, next(start).UtcTicks);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            // The range would end after the year 9999.
            return false;
        }
    }

    /// <summary>The first instant, and how to get from it to the first instant after the range.</summary>
    private static bool TryParse(string text, out DateTimeOffset start, out Func<DateTimeOffset, DateTimeOffset> next)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var digits = dot < 0 ? 0 : text[(dot + 1)..].TakeWhile(char.IsAsciiDigit).Count();
        (var format, next) = text.Length switch
        {
            4 => ("yyyy", time => time.AddYears(1)),
            7 => ("yyyy-MM", time => time.AddMonths(1)),
            10 => ("yyyy-MM-dd", time => time.AddDays(1)),
            _ when dot >= 0 => ("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", time => time.AddTicks(TicksOfLastDigit(digits))),
            _ when text.Count(c => c == ':') - (text.LastIndexOfAny(['+', '-']) > 10 ? 1 : 0) == 1 => ("yyyy-MM-ddTHH:mmK", time => time.AddMinutes(1)),
            _ => ((string, Func<DateTimeOffset, DateTimeOffset>))("yyyy-MM-ddTHH:mm:ssK", time => time.AddSeconds(1)),
        };
        return DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out start);
    }

    private static long TicksOfLastDigit(int digits)
    {
        var ticks = TimeSpan.TicksPerSecond;
        for (var i = 0; i < digits && ticks > 1; i++) ticks /= 10;
        return ticks;
    }
}
