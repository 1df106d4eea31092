using System.Collections.Frozen;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.R4.Units;

/// <summary>What is measured, and therefore the unit into which a value is converted.</summary>
public enum QuantityKind
{
    /// <summary>ANC, platelets: cells per microlitre.</summary>
    Count,

    /// <summary>Hemoglobin: g/dL. Molar units are handled apart (<see cref="MolarHemoglobin"/>).</summary>
    Hemoglobin,

    /// <summary>ALT: U/L.</summary>
    Enzyme,

    /// <summary>CRP: mg/dL.</summary>
    Crp,

    /// <summary>Ferritin: ng/mL.</summary>
    Ferritin,

    /// <summary>Dose of an oral agent: mg.</summary>
    DoseMg,

    /// <summary>Dose of an injected agent: ug.</summary>
    DoseUg,
}

/// <summary>
/// Exact conversion of the units of P2.3, in decimal: a fixed list of UCUM codes and an alias map for what laboratories write instead.
/// A unit outside both is not understood; nothing is guessed. Immutable.
/// </summary>
public sealed class UnitTable
{
    private static readonly FrozenDictionary<(QuantityKind, string), decimal> Factors = Spellings(
    [
        (QuantityKind.Count, "/uL", 1m), (QuantityKind.Count, "/mm3", 1m), (QuantityKind.Count, "{cells}/uL", 1m), (QuantityKind.Count, "10*6/L", 1m),
        (QuantityKind.Count, "10*3/mL", 1m), (QuantityKind.Count, "10*3/uL", 1000m), (QuantityKind.Count, "10*3/mm3", 1000m), (QuantityKind.Count, "10*9/L", 1000m),
        (QuantityKind.Count, "10*3.{cells}/uL", 1000m), (QuantityKind.Count, "/L", 0.000001m),
        (QuantityKind.Hemoglobin, "g/dL", 1m), (QuantityKind.Hemoglobin, "g/L", 0.1m),
        (QuantityKind.Enzyme, "U/L", 1m), (QuantityKind.Enzyme, "ukat/L", 60m),
        (QuantityKind.Crp, "mg/dL", 1m), (QuantityKind.Crp, "mg/L", 0.1m),
        (QuantityKind.Ferritin, "ng/mL", 1m), (QuantityKind.Ferritin, "ug/L", 1m),
        (QuantityKind.DoseMg, "mg", 1m), (QuantityKind.DoseMg, "g", 1000m), (QuantityKind.DoseMg, "ug", 0.001m),
        (QuantityKind.DoseUg, "ug", 1m), (QuantityKind.DoseUg, "mg", 1000m), (QuantityKind.DoseUg, "g", 1000000m),
    ]);

    private static readonly (string Alias, string Code)[] BuiltInAliases =
    [
        ("K/uL", "10*3/uL"), ("k/uL", "10*3/uL"), ("thou/uL", "10*3/uL"), ("Thousand/uL", "10*3/uL"),
        ("10^3/uL", "10*3/uL"), ("x10^3/uL", "10*3/uL"), ("x10E3/uL", "10*3/uL"),
        ("10^9/L", "10*9/L"), ("x10^9/L", "10*9/L"), ("x10E9/L", "10*9/L"), ("G/L", "10*9/L"),
        ("cells/uL", "/uL"), ("/cmm", "/uL"), ("gm/dL", "g/dL"), ("mcg", "ug"),
    ];

    private readonly FrozenDictionary<string, string> aliases;

    private UnitTable(IEnumerable<(string Alias, string Code)> aliases) =>
        this.aliases = aliases.SelectMany(alias => LitreForms(alias.Alias).Select(form => (form, alias.Code)))
            .GroupBy(alias => alias.form, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.Last().Code, StringComparer.Ordinal);

    /// <summary>The built-in aliases alone.</summary>
    public static UnitTable Default { get; } = new(BuiltInAliases);

    /// <summary>The built-in aliases and those of a site; a site's alias wins.</summary>
    /// <param name="siteAliases">What the laboratory writes, and the UCUM code that it means.</param>
    /// <exception cref="ArgumentException">An alias points to a unit that is not in the list of accepted UCUM codes.</exception>
    public static UnitTable WithAliases(IReadOnlyDictionary<string, string> siteAliases)
    {
        var accepted = Factors.Keys.Select(key => key.Item2).Append(MolarHemoglobin.Unit).ToHashSet(StringComparer.Ordinal);
        var wrong = siteAliases.Where(alias => !accepted.Contains(alias.Value)).Select(alias => alias.Key).ToList();
        if (wrong.Count > 0) throw new ArgumentException($"Not an accepted unit behind: {string.Join(", ", wrong)}", nameof(siteAliases));
        return new UnitTable(BuiltInAliases.Concat(siteAliases.Select(alias => (alias.Key, alias.Value))));
    }

    /// <summary>What one <paramref name="unit"/> is in the target unit of the measure; null when the unit is not understood for it.</summary>
    public decimal? Factor(QuantityKind measure, string unit) =>
        Factors.TryGetValue((measure, unit), out var factor) ? factor
        : aliases.TryGetValue(unit, out var code) && Factors.TryGetValue((measure, code), out factor) ? factor
        : null;

    /// <summary>The value in the target unit of the measure, without trailing zeros; null when the unit is not understood or the result is no decimal.</summary>
    public decimal? Convert(QuantityKind measure, decimal value, string unit) => Factor(measure, unit) is { } factor ? Multiply(value, factor) : null;

    /// <summary>True for mmol/L, the unit whose meaning depends on the method (P2.5).</summary>
    public bool IsMolar(string unit) => MolarHemoglobin.IsUnit(aliases.GetValueOrDefault(unit, unit));

    /// <summary>The unit in which facts about a lineage or analyte are kept.</summary>
    public static QuantityKind MeasureOf(string concern) => concern switch
    {
        Lineages.Anc or Lineages.Platelets => QuantityKind.Count,
        Lineages.Hemoglobin => QuantityKind.Hemoglobin,
        Analytes.Alt => QuantityKind.Enzyme,
        Analytes.Crp => QuantityKind.Crp,
        Analytes.Ferritin => QuantityKind.Ferritin,
        _ => throw new ArgumentOutOfRangeException(nameof(concern)),
    };

    /// <summary>The same number without trailing zeros, so that 20.0 and 20 are written alike.</summary>
    public static decimal Normalise(decimal value) => value / 1.0000000000000000000000000000m;

    private static decimal? Multiply(decimal value, decimal factor)
    {
        try
        {
            return Normalise(value * factor);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static FrozenDictionary<(QuantityKind, string), decimal> Spellings((QuantityKind QuantityKind, string Unit, decimal Factor)[] units) =>
        units.SelectMany(unit => LitreForms(unit.Unit).Select(form => (unit.QuantityKind, form, unit.Factor)))
            .ToFrozenDictionary(unit => (unit.QuantityKind, unit.form), unit => unit.Factor);

    /// <summary>UCUM allows <c>l</c> and <c>L</c>; every capital L of our units is a litre.</summary>
    private static IEnumerable<string> LitreForms(string unit) =>
        new[] { unit, unit.Replace('L', 'l') }.Distinct(StringComparer.Ordinal);
}
