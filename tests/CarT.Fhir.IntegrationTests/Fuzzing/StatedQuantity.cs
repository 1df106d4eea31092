using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>A quantity as its tokens say it.</summary>
internal sealed partial record StatedQuantity(string Token, string? Comparator, string? Unit)
{
    /// <summary>The value of an Observation or component: a Quantity, or a bound written as text.</summary>
    internal static StatedQuantity? Of(Raw part) =>
        OfQuantity(part.First("valueQuantity", "valueAge", "valueDuration")) ?? (part["valueString"].Text is { } text ? OfText(text) : null);

    internal static StatedQuantity? OfQuantity(Raw quantity)
    {
        if (quantity["value"].Number is not { } token) return null;
        var code = quantity["code"].Text;
        var unit = string.IsNullOrWhiteSpace(code) ? quantity["unit"].Text : code;
        return new StatedQuantity(token, quantity["comparator"].Text, string.IsNullOrWhiteSpace(unit) ? null : unit.Trim());
    }

    private static StatedQuantity? OfText(string text) => Bound().Match(text.Trim()) is { Success: true } match
        ? new StatedQuantity(match.Groups["number"].Value, match.Groups["comparator"].Value, match.Groups["unit"].Value)
        : null;

    [GeneratedRegex(@"\A(?<comparator>[<>]=?)\s*(?<number>[0-9]+(\.[0-9]+)?)\s*(?<unit>\S+)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Bound();
}

/// <summary>What one of each unit is in the unit of the facts, written down a second time: from UCUM, not from the product.</summary>
internal static class StatedUnits
{
    private static readonly Dictionary<string, decimal> PerMicrolitre = Table(
        ("/ul", 1m), ("/mm3", 1m), ("{cells}/ul", 1m), ("cells/ul", 1m), ("/cmm", 1m), ("10*6/l", 1m), ("10*3/ml", 1m), ("10*3/ul", 1000m), ("10*3/mm3", 1000m),
        ("10*3.{cells}/ul", 1000m), ("10*9/l", 1000m), ("/l", 0.000001m), ("k/ul", 1000m), ("thou/ul", 1000m), ("thousand/ul", 1000m), ("10^3/ul", 1000m),
        ("x10^3/ul", 1000m), ("x10e3/ul", 1000m), ("10^9/l", 1000m), ("x10^9/l", 1000m), ("x10e9/l", 1000m), ("g/l", 1000m));

    private static readonly Dictionary<string, Dictionary<string, decimal>> ByAnalyte = new(StringComparer.Ordinal)
    {
        [Lineages.Anc] = PerMicrolitre,
        [Lineages.Platelets] = PerMicrolitre,
        [Lineages.Hemoglobin] = Table(("g/dl", 1m), ("gm/dl", 1m), ("g/l", 0.1m)),
        [Analytes.Alt] = Table(("u/l", 1m), ("ukat/l", 60m)),
        [Analytes.Crp] = Table(("mg/dl", 1m), ("mg/l", 0.1m)),
        [Analytes.Ferritin] = Table(("ng/ml", 1m), ("ug/l", 1m)),
    };

    private static readonly Dictionary<string, decimal> Milligrams = Table(("mg", 1m), ("g", 1000m), ("ug", 0.001m), ("mcg", 0.001m));

    /// <summary>Whether the value is the token in the unit of the analyte, exactly; hemoglobin in mmol/L to the 20th decimal place.</summary>
    internal static bool Is(string analyte, StatedQuantity stated, decimal value)
    {
        var unit = stated.Unit!.ToLowerInvariant();
        if (ByAnalyte[analyte].TryGetValue(unit, out var factor)) return ExactNumber.Of(stated.Token).Times(factor) == ExactNumber.Of(value);
        return analyte == Lineages.Hemoglobin && unit == "mmol/l" && decimal.TryParse(stated.Token, NumberStyles.Float, CultureInfo.InvariantCulture, out var mmol)
            && Math.Abs((value * 0.6206m) - mmol) < 0.00000000000000000001m;
    }

    internal static bool IsDose(Dose dose, StatedQuantity? stated, decimal times)
    {
        if (stated is not { Comparator: null, Unit: { } unit } || !Milligrams.TryGetValue(unit, out var factor)) return false;
        return ExactNumber.Of(stated.Token).Times(factor).Times(times) == ExactNumber.Of(dose.Value).Times(dose.Unit == "mg" ? 1m : 0.001m);
    }

    internal static bool IsRoundedUp(string? token, int days) =>
        token is not null && decimal.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var stated) && stated <= days && stated > days - 1;

    /// <summary>How often a day; null where that cannot be said or is not the same every day.</summary>
    internal static decimal? TimesPerDay(Raw timing)
    {
        var repeat = timing["repeat"];
        if (!repeat.IsThere) return Abbreviation(timing["code"]);
        if (repeat["dayOfWeek"].Items.Count > 0 || repeat["frequencyMax"].IsThere || repeat["periodMax"].IsThere) return null;
        var frequency = repeat["frequency"].Number is { } stated ? BigInteger.Parse(stated, CultureInfo.InvariantCulture) : Math.Max(1, repeat["timeOfDay"].Items.Count + repeat["when"].Items.Count);
        var period = repeat["period"].Number is { } token ? decimal.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture) : 1m;
        return repeat["periodUnit"].Text switch
        {
            null or "d" when period == 1m => (decimal)frequency,
            "h" when period > 0m && 24m % period == 0m => (decimal)frequency * (24m / period),
            _ => null,
        };
    }

    private static decimal? Abbreviation(Raw code)
    {
        var coding = code["coding"].Items.FirstOrDefault(item => item["system"].Text == "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation");
        return coding["code"].Text switch { null or "QD" or "AM" or "PM" or "BED" => 1m, "BID" => 2m, "TID" => 3m, "QID" => 4m, _ => null };
    }

    private static Dictionary<string, decimal> Table(params (string Unit, decimal Factor)[] units) =>
        units.ToDictionary(unit => unit.Unit, unit => unit.Factor, StringComparer.Ordinal);
}
