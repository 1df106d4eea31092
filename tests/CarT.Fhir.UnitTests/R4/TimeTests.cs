using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

public sealed class TimeTests
{
    private static ResourceVersion At(string time, params string[] more) =>
        Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), time: time, more: more));

    [Theory]
    [InlineData("\"effectiveDateTime\":\"2026-03-23T06:30:00+01:00\"", "2026-03-23T06:30:00+01:00")]
    [InlineData("\"effectiveDateTime\":\"2026-03-23T06:30:00.1234567Z\"", "2026-03-23T06:30:00.1234567+00:00")]
    [InlineData("\"effectiveDateTime\":\"2026-03-23T23:59:60Z\"", "2026-03-24T00:00:00+00:00")]
    [InlineData("\"effectiveInstant\":\"2026-03-23T06:30:00-05:00\"", "2026-03-23T06:30:00-05:00")]
    [InlineData("\"effectivePeriod\":{\"start\":\"2026-03-22T06:30:00Z\",\"end\":\"2026-03-23T06:30:00Z\"}", "2026-03-23T06:30:00+00:00")]
    public void P1_2_the_clinical_time_of_a_result_keeps_its_offset(string time, string expected)
    {
        var read = Assert.Single(At(time).CellCounts).Time;
        Assert.Null(read.Date);
        Assert.True(DateTimeOffset.Parse(expected).EqualsExact(read.Instant!.Value));
    }

    [Fact]
    public void P1_2_a_date_stands_for_its_local_day() =>
        Assert.Equal(ClinicalTime.On(new DateOnly(2026, 3, 23)), Assert.Single(At("\"effectiveDateTime\":\"2026-03-23\"").CellCounts).Time);

    [Theory]
    [InlineData("\"effectiveDateTime\":\"2026\"", DataQualityCodes.TimeImprecise)]
    [InlineData("\"effectiveDateTime\":\"2026-03\"", DataQualityCodes.TimeImprecise)]
    [InlineData("\"effectiveDateTime\":\"2026-03-23T06:30:00\"", DataQualityCodes.ResourceInvalid)]
    [InlineData("\"effectiveInstant\":\"2026-03-23T06:30:00\"", DataQualityCodes.ResourceInvalid)]
    [InlineData("\"effectiveDateTime\":\"2026-02-30\"", DataQualityCodes.ResourceInvalid)]
    [InlineData("\"effectiveDateTime\":\"2026-03-23T25:00:00Z\"", DataQualityCodes.ResourceInvalid)]
    [InlineData("\"effectiveDateTime\":\"yesterday\"", DataQualityCodes.ResourceInvalid)]
    [InlineData("\"effectivePeriod\":{\"start\":\"2026-03-22T06:30:00Z\"}", DataQualityCodes.TimeMissing)]
    [InlineData("\"_effectiveDateTime\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"unknown\"}]}", DataQualityCodes.TimeMissing)]
    [InlineData("\"issued\":\"2026-03-23T06:30:00Z\"", DataQualityCodes.TimeMissing)]
    public void P1_2_a_time_that_is_imprecise_invalid_or_missing_refuses_the_result(string time, string expected)
    {
        var refusal = OnlyRefusal(At(time));
        Assert.Equal((expected, Lineages.Anc), (refusal.Code, refusal.Concern));
    }

    [Theory]
    [InlineData("\"collectedDateTime\":\"2026-03-23T06:00:00Z\"")]
    [InlineData("\"collectedPeriod\":{\"start\":\"2026-03-23T05:00:00Z\",\"end\":\"2026-03-23T06:00:00Z\"}")]
    [InlineData("\"collectedPeriod\":{\"start\":\"2026-03-23T06:00:00Z\"}")]
    public void P1_2_without_a_time_the_specimens_collection_counts_contained_or_referenced(string collected)
    {
        var specimen = $"{{\"resourceType\":\"Specimen\",\"id\":\"s1\",\"collection\":{{{collected}}}}}";
        var contained = At("", $"\"contained\":[{specimen}]", "\"specimen\":{\"reference\":\"#s1\"}");
        Assert.Equal(6, Assert.Single(contained.CellCounts).Time.Instant!.Value.Hour);
        Assert.Null(contained.CellCounts[0].Specimen);

        var found = FhirJson.Read(Utf8(specimen)).Resource;
        var referenced = Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), time: "\"effectivePeriod\":{\"start\":\"2026-03-22\"}", more: ["\"specimen\":{\"reference\":\"Specimen/s1\"}"]),
            Context with { Lookup = reference => reference == "Specimen/s1" ? found : null });
        Assert.Equal(6, Assert.Single(referenced.CellCounts).Time.Instant!.Value.Hour);
    }

    [Theory]
    [InlineData("CLOT", true)]
    [InlineData("HEM", true)]
    [InlineData("AUT", false)]
    public void P2_6_a_clotted_or_hemolysed_specimen_is_unsuitable(string condition, bool isRefused)
    {
        var version = At("\"effectiveDateTime\":\"2026-03-23\"", "\"specimen\":{\"reference\":\"#s1\"}",
            $$"""
            "contained":[{"resourceType":"Specimen","id":"s1","condition":[{{Concept(("http://terminology.hl7.org/CodeSystem/v2-0493", condition))}}]}]
            """);
        Assert.Equal(isRefused ? [DataQualityCodes.SpecimenUnsuitable] : [], version.Refusals.Select(refusal => refusal.Code));
    }

    [Theory]
    [InlineData("\"valueBoolean\":true", true)]
    [InlineData("\"valueBoolean\":false", false)]
    [InlineData("\"valueString\":\"Present\"", true)]
    [InlineData("\"valueString\":\"absent\"", false)]
    [InlineData("\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"260373001\"}]}", true)]
    [InlineData("\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"LA6576-8\"}]}", true)]
    [InlineData("\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0078\",\"code\":\"NEG\"}]}", false)]
    [InlineData("\"valueCodeableConcept\":{\"text\":\"Detected\"}", true)]
    public void P2_6_a_positive_report_of_clumps_is_a_fact_and_a_negative_one_says_nothing(string value, bool isPositive)
    {
        var version = Read(Observation(Loinc(Clumps), value, more: ["\"specimen\":{\"reference\":\"Specimen/s1\"}"]));
        Assert.Equal(isPositive ? 1 : 0, version.PlateletClumps.Count);
        Assert.Equal(isPositive ? null : NotRelevantReasons.NothingToSay, version.NotRelevant);
        Assert.All(version.PlateletClumps, clumps => Assert.Equal(("Specimen/s1", 23), (clumps.Specimen!, clumps.Time!.Value.Instant!.Value.Day)));
    }

    [Fact]
    public void The_listener_is_told_which_specimen_to_fetch_and_only_for_results_that_will_be_read()
    {
        string[] Needed(string json) => [.. ReferencedResources.Of((Resource)FhirJson.Read(Utf8(json)).Resource!, Context)];
        const string specimen = "\"specimen\":{\"reference\":\"https://ehr.example.org/fhir/Specimen/s1\"}";
        Assert.Equal(["Specimen/s1"], Needed(Observation(Loinc(Anc), "", more: [specimen])));
        Assert.Empty(Needed(Observation(Loinc("6690-2"), "", more: [specimen])));
        Assert.Empty(Needed(Observation(Loinc(Anc), "", more: ["\"specimen\":{\"reference\":\"https://elsewhere.example.org/Specimen/s1\"}"])));
        Assert.Equal(["Medication/m1"], Needed(Administration("\"medicationReference\":{\"reference\":\"Medication/m1\"}")));
        Assert.Empty(Needed(Administration("\"medicationReference\":{\"reference\":\"Medication/m1\"}", status: "not-done")));
    }
}
