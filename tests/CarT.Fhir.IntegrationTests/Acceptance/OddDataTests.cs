using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Acceptance;

/// <summary>What laboratories and pharmacies write instead of what the standard asks for.</summary>
public sealed class OddDataTests
{
    [Fact]
    [Trait("acceptance", "p")]
    public async Task P2_3_Counts_in_a_unit_that_is_a_known_spelling_are_counts()
    {
        await using var ward = await Ward.OpenAsync();
        ward.Admit("p1");

        ward.Chart(InUnit("plt-1", 21, 12, "K/uL"), InUnit("plt-2", 22, 11, "thou/uL"));

        await ward.FlagAsync("p1", "severe-persistent-cytopenia", "active");
        var assessment = await ward.AssessmentAsync("p1", "the last count", each => LatestPlatelets(each) is { } latest && Hospital.Text(latest["on"]) == DayOf(22));
        Assert.Equal(11_000m, LatestPlatelets(assessment)!["value"]!.GetValue<decimal>());
        Assert.Empty(assessment["dataQuality"]!.AsArray());
    }

    [Fact]
    [Trait("acceptance", "p")]
    public async Task P13_2_A_count_in_an_unknown_unit_is_no_value_and_a_finding()
    {
        await using var ward = await Ward.OpenAsync();
        ward.Admit("p1");

        ward.Chart(InUnit("plt-1", 21, 12, "K/uL"), InUnit("plt-2", 22, 11, "cells per field"));

        var flag = await ward.FlagAsync("p1", "data-quality", "active");
        Assert.Equal("Patient/p1", Hospital.Text(flag["subject"]!["reference"]));
        var assessment = await ward.AssessmentAsync("p1", "the finding", each => each["dataQuality"]!.AsArray().Count > 0);
        var finding = Assert.Single(assessment["dataQuality"]!.AsArray())!;
        Assert.Equal(("unit-unknown", "Observation/plt-2"), (Hospital.Text(finding["code"]), Hospital.Text(finding["resource"])));
        Assert.Equal(12_000m, LatestPlatelets(assessment)!["value"]!.GetValue<decimal>());
        Assert.Empty(ward.Hospital.Flags("p1", "severe-persistent-cytopenia"));
    }

    [Theory]
    [Trait("acceptance", "q")]
    [InlineData("start")]
    [InlineData("end")]
    public async Task P1_2_A_dose_whose_period_has_one_end_only_was_given_on_that_day(string known)
    {
        await using var ward = await Ward.OpenAsync();
        ward.Admit("p1");

        ward.Chart(Eltrombopag(new JsonObject { [known] = Ward.Stamp(Ward.Day(22)) }));

        var assessment = await ward.AssessmentAsync("p1", "the dose", each => each["therapy"]!["agents"]!.AsArray().Count > 0);
        var agent = Assert.Single(assessment["therapy"]!["agents"]!.AsArray())!;
        Assert.Equal("eltrombopag", Hospital.Text(agent["agent"]));
        Assert.Equal(1, agent["doses"]!.GetValue<int>());
        Assert.Equal(DayOf(22), Hospital.Text(agent["latestOn"]));
        Assert.Equal(DayOf(22), Hospital.Text(assessment["therapy"]!["startedOn"]));
        Assert.Empty(assessment["dataQuality"]!.AsArray());
    }

    private static JsonNode? LatestPlatelets(JsonNode assessment) => assessment["lineages"]!["platelets"]!["latest"];

    private static string DayOf(int day) => DateOnly.FromDateTime(Ward.Day(day).UtcDateTime).ToString("O");

    // The unit as text, without a code: the spelling is all there is.
    private static JsonObject InUnit(string id, int day, decimal value, string unit)
    {
        var count = Clinical.Platelets("p1", id, Ward.Day(day), value);
        count["valueQuantity"] = new JsonObject { ["value"] = value, ["unit"] = unit };
        return count;
    }

    private static JsonObject Eltrombopag(JsonObject period) => new()
    {
        ["resourceType"] = "MedicationAdministration",
        ["id"] = "dose-1",
        ["status"] = "completed",
        ["medicationCodeableConcept"] = JsonNode.Parse("""{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"711942"}]}"""),
        ["subject"] = new JsonObject { ["reference"] = "Patient/p1" },
        ["effectivePeriod"] = period,
        ["dosage"] = JsonNode.Parse("""{"dose":{"value":50,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}"""),
    };
}
