using CarT.Fhir.Contracts;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

public sealed class PlausibilityTests
{
    [Theory]
    [InlineData(Anc, "3000", "10*3/uL")]
    [InlineData(Anc, "-1", "/uL")]
    [InlineData(Platelets, "0.2", "10*9/L")]
    [InlineData(Platelets, "2001", "10*9/L")]
    [InlineData(Hemoglobin, "1.9", "g/dL")]
    [InlineData(Hemoglobin, "80", "g/dL")]
    [InlineData(Hemoglobin, "2.1", "mmol/L")]
    public void P2_5_a_value_that_cannot_be_is_refused_and_never_repaired(string loinc, string value, string unit) =>
        Assert.Equal(DataQualityCodes.ValueImplausible, OnlyRefusal(Read(Count(loinc, value, unit))).Code);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.5", 500)]
    public void P2_5_platelets_of_zero_and_from_500_are_possible(string value, int expected) =>
        Assert.Equal(expected, Assert.Single(Read(Count(Platelets, value, "10*9/L")).CellCounts).Value);

    [Theory]
    [InlineData("{\"high\":{\"value\":5000}}", true)]
    [InlineData("{\"high\":{\"value\":7.5}}", false)]
    [InlineData("{\"high\":{\"value\":7500,\"unit\":\"/uL\"}}", false)]
    [InlineData("{\"high\":{\"value\":9999999},\"type\":{\"coding\":[{\"code\":\"critical\"}]}}", false)]
    [InlineData("{\"high\":{\"value\":5000},\"type\":{\"coding\":[{\"code\":\"normal\"}]}}", true)]
    public void P2_5_a_reference_range_a_thousand_times_off_refuses_the_value(string range, bool isRefused)
    {
        var version = Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("3", "10*3/uL"), more: [$"\"referenceRange\":[{range}]"]));
        Assert.Equal(isRefused ? [DataQualityCodes.ValueImplausible] : [], version.Refusals.Select(refusal => refusal.Code));
    }

    [Theory]
    [InlineData("5.0", "{\"high\":{\"value\":10.5}}", true)]
    [InlineData("1.3", "{\"high\":{\"value\":2.6}}", false)]
    [InlineData("3.4", "{\"high\":{\"value\":2.6}}", false)]
    [InlineData("5.0", "{\"high\":{\"value\":17,\"unit\":\"g/dL\"}}", false)]
    [InlineData("2.5", "{\"high\":{\"value\":10.5}}", true)]
    public void P2_5_molar_hemoglobin_is_read_only_as_a_certain_monomer(string value, string range, bool isRead)
    {
        var version = Read(Observation(Loinc(Hemoglobin), "\"valueQuantity\":" + Quantity(value, "mmol/L"), more: [$"\"referenceRange\":[{range}]"]));
        Assert.Equal(isRead, version.CellCounts.Count == 1);
        Assert.Equal(isRead ? [] : [DataQualityCodes.ValueImplausible], version.Refusals.Select(refusal => refusal.Code));
    }
}
