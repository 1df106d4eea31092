using System.Globalization;

namespace CarT.Fhir.Hematology;

/// <summary>
/// Laboratory values as people check them: as used, and before that as received where it says something else, for example
/// <c>0.4 10*9/L = 400 /uL</c>. Comparators are kept.
/// </summary>
internal static class ValueWording
{
    /// <summary>For example <c>400, &lt;100 /uL (under G-CSF)</c>, or <c>0.4, 0.1 10*9/L = 400, 100 /uL</c> where all came in the same unit.</summary>
    public static string Values(string lineage, IReadOnlyList<DailyValue> values)
    {
        var unit = Wording.Unit(lineage);
        var received = values.Select(v => Received(v.Received, v.Comparator, v.Value, unit)).ToList();
        var used = values.Select(static v => v.Comparator + Wording.Number(v.Value) + Remark(v)).ToList();
        if (received.TrueForAll(static r => r is null)) return $"{string.Join(", ", used)} {unit}";
        if (received.TrueForAll(r => r?.Unit == received[0]?.Unit))
            return $"{string.Join(", ", received.Select(static r => r!.Value.Number))} {received[0]!.Value.Unit} = {string.Join(", ", used)} {unit}";
        return string.Join(", ", received.Zip(used, (r, u) => r is { } form ? $"{form.Number} {form.Unit} = {u} {unit}" : $"{u} {unit}"));
    }

    /// <summary>For example <c>Platelets 9000 /uL on 2026-03-24</c>.</summary>
    public static string Dated(string lineage, DailyValue value) =>
        $"{Wording.Lineage(lineage)} {Values(lineage, [value])} on {Wording.Date(value.Date)}";

    /// <summary>Values with their days, for example <c>9000, 8000 /uL on 2026-03-24 and 2026-03-26</c>.</summary>
    public static string Dated(string lineage, IReadOnlyList<DailyValue> values) =>
        $"{Values(lineage, values)} on {Wording.Dates(values.Select(static v => v.Date))}";

    /// <summary>A daily maximum; <paramref name="decided"/> tells that a smaller value of the day alone would have said something else (P3.1).</summary>
    public static string Maximum(DailyMaximum maximum, string unit, bool decided = false)
    {
        var used = maximum.Comparator + Wording.Number(maximum.Number);
        var remark = decided ? $" (highest of {maximum.Of} that day)" : "";
        return Received(maximum.Received, maximum.Comparator, maximum.Number, unit) is { } form
            ? $"{form.Number} {form.Unit} = {used} {unit}{remark}"
            : $"{used} {unit}{remark}";
    }

    /// <summary>An ALT with the upper limit that it carries.</summary>
    public static string Alt(DailyMaximum alt) =>
        Maximum(alt, "U/L") + (alt.Limit is { } limit ? $" with upper limit {Wording.Number(limit)}" : " without an upper limit");

    private static string Remark(DailyValue value) => (value.UnderGcsf, value.LowestOf) switch
    {
        (true, { } of) => $" (under G-CSF, lowest of {of} that day)",
        (true, null) => " (under G-CSF)",
        (false, { } of) => $" (lowest of {of} that day)",
        _ => "",
    };

    /// <summary>Number and unit as received; null where they say the same as what is used, or cannot be told apart.</summary>
    private static (string Number, string Unit)? Received(string? received, string? comparator, decimal used, string unit)
    {
        var space = received?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        if (space <= 0) return null;
        var form = (Number: received![..space], Unit: received[(space + 1)..].Trim());
        var digits = form.Number.AsSpan().TrimStart("<>=");
        if (form.Unit.Length == 0 || !decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return null;
        return number == used && form.Unit == unit ? null : (digits.Length == form.Number.Length ? comparator + form.Number : form.Number, form.Unit);
    }
}
