using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Units;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

public sealed class UnitTableTests
{
    [Theory]
    [InlineData("0.3", "10*3/uL", 300)]
    [InlineData("0.3", "10*3/ul", 300)]
    [InlineData("0.3", "10*3/mm3", 300)]
    [InlineData("0.3", "10*9/L", 300)]
    [InlineData("0.3", "10*9/l", 300)]
    [InlineData("300", "10*6/L", 300)]
    [InlineData("300", "10*3/mL", 300)]
    [InlineData("300000000", "/L", 300)]
    [InlineData("300", "/uL", 300)]
    [InlineData("300", "/mm3", 300)]
    [InlineData("300", "{cells}/uL", 300)]
    [InlineData("0.3", "10*3.{cells}/uL", 300)]
    [InlineData("0.3", "K/uL", 300)]
    [InlineData("0.3", "k/ul", 300)]
    [InlineData("0.3", "thou/uL", 300)]
    [InlineData("0.3", "Thousand/uL", 300)]
    [InlineData("0.3", "10^3/uL", 300)]
    [InlineData("0.3", "x10^3/uL", 300)]
    [InlineData("0.3", "x10E3/uL", 300)]
    [InlineData("0.3", "10^9/L", 300)]
    [InlineData("0.3", "x10^9/L", 300)]
    [InlineData("0.3", "x10E9/L", 300)]
    [InlineData("0.3", "G/L", 300)]
    [InlineData("300", "cells/uL", 300)]
    [InlineData("300", "/cmm", 300)]
    public void P2_3_counts_convert_exactly_to_cells_per_microlitre_as_code_and_as_text(string value, string unit, int expected)
    {
        foreach (var quantity in new[] { Quantity(value, unit), Quantity(value, null, unit) })
        {
            var count = Assert.Single(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + quantity)).CellCounts);
            Assert.Equal(expected, count.Value);
            Assert.Equal($"{value} {unit}", count.Received);
        }
    }

    [Theory]
    [InlineData("80", "g/L", "8")]
    [InlineData("8.0", "g/dl", "8")]
    [InlineData("7.9", "gm/dL", "7.9")]
    public void E1_hemoglobin_converts_exactly_to_grams_per_decilitre(string value, string unit, string expected) =>
        Assert.Equal(expected, Assert.Single(Read(Count(Hemoglobin, value, unit)).CellCounts).Value.ToString());

    [Theory]
    [InlineData("4.96", 7.99)]
    [InlineData("5.0", 8.06)]
    public void E1_molar_hemoglobin_is_converted_and_the_threshold_is_not(string value, double expected)
    {
        var count = Assert.Single(Read(Count(Hemoglobin, value, "mmol/L")).CellCounts);
        Assert.Equal((decimal)expected, decimal.Round(count.Value, 2));
        Assert.Equal(expected < 8, count.Value <= 8.0m);
    }

    [Theory]
    [InlineData("20.0", "10*9/L", "20000")]
    [InlineData("20.1", "10*9/L", "20100")]
    [InlineData("0.500", "10*3/uL", "500")]
    public void E1_results_carry_no_trailing_zeros(string value, string unit, string expected)
    {
        var loinc = expected == "500" ? Anc : Platelets;
        Assert.Equal(expected, Assert.Single(Read(Count(loinc, value, unit)).CellCounts).Value.ToString());
    }

    [Theory]
    [InlineData("1742-6", "2", "ukat/L", "120")]
    [InlineData("1742-6", "41", "U/L", "41")]
    [InlineData("1988-5", "31", "mg/L", "3.1")]
    [InlineData("1988-5", "3.1", "mg/dL", "3.1")]
    [InlineData("2276-4", "650", "ug/L", "650")]
    [InlineData("2276-4", "650", "ng/mL", "650")]
    public void P2_3_chemistry_converts_to_the_unit_of_its_analyte(string loinc, string value, string unit, string expected)
    {
        var result = Assert.Single(Read(Count(loinc, value, unit)).Chemistry);
        Assert.Equal((expected, $"{value} {unit}"), (result.Value.ToString(), result.Received));
    }

    [Theory]
    [InlineData("mmol/L")]
    [InlineData("%")]
    [InlineData("10*6/uL")]
    [InlineData("M/uL")]
    [InlineData("g/dL")]
    public void P2_3_a_unit_that_does_not_fit_the_analyte_is_unknown(string unit) =>
        Assert.Equal(DataQualityCodes.UnitUnknown, OnlyRefusal(Read(Count(Anc, "0.3", unit))).Code);

    [Fact]
    public void P2_3_the_code_decides_and_the_text_beside_it_is_no_way_out() =>
        Assert.Equal(DataQualityCodes.UnitUnknown, OnlyRefusal(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "furlong", "10*3/uL")))).Code);

    [Fact]
    public void P2_3_a_site_adds_aliases_and_only_to_units_that_are_accepted()
    {
        var units = UnitTable.WithAliases(new Dictionary<string, string> { ["Tsd/µL"] = "10*3/uL" });
        var json = Count(Anc, "0.3", "Tsd/µL");
        Assert.Equal(DataQualityCodes.UnitUnknown, OnlyRefusal(Read(json)).Code);
        Assert.Equal(300m, Assert.Single(Read(json, Context with { Units = units }).CellCounts).Value);
        Assert.Throws<ArgumentException>(() => UnitTable.WithAliases(new Dictionary<string, string> { ["K"] = "kelvin" }));
    }

    [Fact]
    public void P2_3_scaling_value_and_unit_together_changes_nothing()
    {
        var same = from thousandths in Gen.Choose(0, 2_000_000)
                   from units in Gen.Elements(("10*3/uL", 1000m), ("10*9/L", 1000m), ("K/uL", 1000m), ("/uL", 1m), ("10*6/L", 1m), ("/mm3", 1m), ("/L", 0.000001m))
                   select (Count: thousandths / 1000m * 1000m, Unit: units.Item1, Factor: units.Item2);
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), Prop.ForAll(same.ToArbitrary(), sample =>
            UnitTable.Default.Convert(QuantityKind.Count, sample.Count / sample.Factor, sample.Unit) == sample.Count));
    }
}
