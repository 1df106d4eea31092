using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>Words of the sentences that people read. No sentence holds a name or a running day (P11.4).</summary>
internal static class Wording
{
    public static string Lineage(string lineage) => lineage switch
    {
        Lineages.Anc => "ANC",
        Lineages.Platelets => "Platelets",
        _ => "Hemoglobin",
    };

    /// <summary>The lineage in the middle of a sentence.</summary>
    public static string LineageInside(string lineage) => lineage == Lineages.Anc ? "ANC" : Lineage(lineage).ToLowerInvariant();

    /// <summary>The transfusion that supports the lineage.</summary>
    public static string Transfusion(string lineage) => lineage switch
    {
        Lineages.Anc => "granulocyte transfusion",
        Lineages.Platelets => "platelet transfusion",
        _ => "red-cell transfusion",
    };

    public static string Unit(string lineage) => lineage == Lineages.Hemoglobin ? "g/dL" : "/uL";

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd");

    /// <summary>The same number without trailing zeros, so that scaling value and unit together changes nothing.</summary>
    public static decimal Normalise(decimal value) => value / 1.0000000000000000000000000000m;

    public static string Number(decimal value) => Normalise(value).ToString();

    public static string Dose(Dose dose) => $"{Number(dose.Value)} {dose.Unit}";

    public static string Count(int number) => number switch
    {
        1 => "one",
        2 => "two",
        3 => "three",
        4 => "four",
        5 => "five",
        _ => number.ToString(),
    };

    public static string List(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => string.Join(", ", items.Take(items.Count - 1)) + " and " + items[^1],
    };

    public static string Dates(IEnumerable<DateOnly> dates) => List([.. dates.Distinct().Select(Date)]);

    public static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
