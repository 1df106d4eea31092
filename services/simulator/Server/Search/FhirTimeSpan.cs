using System.Globalization;

namespace CarT.Fhir.Simulator.Server.Search;

/// <summary>The span that a FHIR date, dateTime, instant or period covers at its precision: from (inclusive) and to (exclusive), in UTC ticks.</summary>
internal readonly record struct FhirTimeSpan(long From, long To)
{
    private static readonly string[] Dates = ["yyyy-MM-dd", "yyyy-MM", "yyyy"];

    /// <summary>Reads a date or time; a date without a zone is one of UTC. Null when the text is none.</summary>
    public static FhirTimeSpan? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (text.Contains('T', StringComparison.Ordinal)) return ParseTime(text);
        if (!DateOnly.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return null;
        var next = text.Length switch { 4 => date.AddYears(1), 7 => date.AddMonths(1), _ => date.AddDays(1) };
        return new FhirTimeSpan(Midnight(date), Midnight(next));
    }

    /// <summary>The span of a Period; an open end reaches as far as time does.</summary>
    public static FhirTimeSpan? Period(string? start, string? end)
    {
        var (first, last) = (Parse(start), Parse(end));
        return first is null && last is null ? null : new FhirTimeSpan(first?.From ?? long.MinValue, last?.To ?? long.MaxValue);
    }

    /// <summary>Compares a resource's span with a searched one by the prefixes of the R4 search page.</summary>
    public bool Matches(string prefix, FhirTimeSpan searched) => prefix switch
    {
        "eq" => searched.From <= From && To <= searched.To,
        "ne" => !Matches("eq", searched),
        "gt" => To > searched.To,
        "ge" => To > searched.To || Matches("eq", searched),
        "lt" => From < searched.From,
        "le" => From < searched.From || Matches("eq", searched),
        "sa" => From >= searched.To,
        "eb" => To <= searched.From,
        _ => false,
    };

    private static FhirTimeSpan? ParseTime(string text)
    {
        // A plus sign that the client did not escape arrives as a space.
        if (!DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return null;
        var clock = text[(text.IndexOf('T', StringComparison.Ordinal) + 1)..];
        var zone = clock.IndexOfAny(['Z', '+', '-', ' ']);
        if (zone >= 0) clock = clock[..zone];
        var fraction = clock.IndexOf('.', StringComparison.Ordinal);
        var width = fraction < 0
            ? clock.Length <= 5 ? TimeSpan.TicksPerMinute : TimeSpan.TicksPerSecond
            : (long)Math.Pow(10, Math.Max(0, 7 - (clock.Length - fraction - 1)));
        return new FhirTimeSpan(time.UtcTicks, time.UtcTicks + width);
    }

    private static long Midnight(DateOnly date) => date.ToDateTime(TimeOnly.MinValue).Ticks;
}
