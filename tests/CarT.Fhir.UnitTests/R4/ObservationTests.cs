using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Facts;
using Hl7.Fhir.Model;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

public sealed class ObservationTests
{
    [Fact]
    public void A_platelet_count_keeps_its_offset_its_specimen_its_lower_limit_and_what_was_received()
    {
        var version = Read(Observation(Loinc(Platelets), "\"valueQuantity\":" + Quantity("18.5", "10*9/L"), more:
            ["\"meta\":{\"versionId\":\"3\",\"lastUpdated\":\"2026-03-23T07:00:00Z\"}", "\"specimen\":{\"reference\":\"https://ehr.example.org/fhir/Specimen/s1/_history/2\"}",
             "\"referenceRange\":[{\"low\":{\"value\":150},\"high\":{\"value\":400}}]"]));

        Assert.Equal(new ResourceKey("main", "Observation", "r1"), version.Resource);
        Assert.Equal(new PatientKey("main", "p1"), version.Patient);
        Assert.Equal("3", version.VersionId);
        Assert.Equal(DateTimeOffset.Parse("2026-03-23T07:00:00Z"), version.LastUpdated);
        var count = Assert.Single(version.CellCounts);
        Assert.Equal(("value", Lineages.Platelets, 18_500m, "Specimen/s1", "18.5 10*9/L"), (count.Slot, count.Lineage, count.Value, count.Specimen, count.Received));
        Assert.Equal(150_000m, count.LowerLimit);
        Assert.Equal(TimeSpan.FromHours(1), count.Time.Instant!.Value.Offset);
        Assert.Empty(version.Refusals);
        Assert.Null(version.NotRelevant);
    }

    [Theory]
    [InlineData("<")]
    [InlineData("<=")]
    [InlineData(">=")]
    [InlineData(">")]
    public void P2_4_a_comparator_is_never_dropped(string comparator)
    {
        var count = Assert.Single(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.1", "10*3/uL", comparator: comparator))).CellCounts);
        Assert.Equal((comparator, 100m), (count.Comparator, count.Value));
    }

    [Fact]
    public void P2_4_a_comparator_that_fhir_does_not_know_refuses_the_resource() =>
        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.1", "10*3/uL", comparator: "~")))).Code);

    [Theory]
    [InlineData("<0.1 10*3/uL", "<")]
    [InlineData("< 0.1 K/uL", "<")]
    [InlineData("<=0.1K/uL", "<=")]
    [InlineData("<0.1 x10E9/L", "<")]
    public void E10_a_string_below_a_limit_is_read_with_its_unit(string text, string comparator)
    {
        var count = Assert.Single(Read(Observation(Loinc(Anc), $"\"valueString\":\"{text}\"")).CellCounts);
        Assert.Equal((comparator, 100m), (count.Comparator, count.Value));
    }

    [Theory]
    [InlineData("\"valueString\":\"<0.1\"", DataQualityCodes.UnitMissing)]
    [InlineData("\"valueString\":\"0.1 K/uL\"", DataQualityCodes.ValueMissing)]
    [InlineData("\"valueString\":\"see note\"", DataQualityCodes.ValueMissing)]
    [InlineData("\"valueString\":\"TNP\"", DataQualityCodes.ValueMissing)]
    [InlineData("\"valueInteger\":400", DataQualityCodes.UnitMissing)]
    [InlineData("\"valueBoolean\":true", DataQualityCodes.ValueMissing)]
    [InlineData("\"valueQuantity\":{\"value\":0.4}", DataQualityCodes.UnitMissing)]
    [InlineData("\"valueQuantity\":{\"unit\":\"10*3/uL\"}", DataQualityCodes.ValueMissing)]
    [InlineData("\"dataAbsentReason\":{\"coding\":[{\"code\":\"error\"}]}", DataQualityCodes.ValueMissing)]
    [InlineData("", DataQualityCodes.ValueMissing)]
    public void E10_what_is_no_number_with_a_unit_is_refused_with_its_reason(string value, string expected)
    {
        var refusal = OnlyRefusal(Read(Observation(Loinc(Anc), value)));
        Assert.Equal((expected, Lineages.Anc), (refusal.Code, refusal.Concern));
        Assert.NotNull(refusal.Time);
    }

    [Theory]
    [InlineData("770-8")]
    [InlineData("776-5")]
    [InlineData("4548-4")]
    public void E9_a_percentage_or_another_look_alike_is_ignored_and_is_no_error(string loinc)
    {
        var version = Read(Count(loinc, "3", "nonsense"));
        Assert.Equal(NotRelevantReasons.CodeRejected, version.NotRelevant);
        Assert.Empty(version.Refusals);
    }

    [Theory]
    [InlineData("6690-2")]
    [InlineData("8867-4")]
    public void E9_leukocytes_and_foreign_codes_say_nothing_even_when_they_are_broken(string loinc)
    {
        var version = Read(Observation(Loinc(loinc), "\"valueString\":\"?\"", status: "\"status\":\"nonsense\"", time: "\"effectiveDateTime\":\"2026-03-23T06:30:00\"", subject: ""));
        Assert.Equal(NotRelevantReasons.CodeNotUsed, version.NotRelevant);
        Assert.Empty(version.Refusals);
    }

    [Theory]
    [InlineData(Platelets, Anc)]
    [InlineData(Platelets, "776-5")]
    [InlineData(Platelets, "6690-2")]
    public void P2_6_codings_of_two_things_are_ambiguous(string one, string other)
    {
        var refusal = OnlyRefusal(Read(Observation(Concept((LoincSystem, one), (LoincSystem, other)), "\"valueQuantity\":" + Quantity("3", "10*9/L"))));
        Assert.Equal(DataQualityCodes.CodeAmbiguous, refusal.Code);
        Assert.Contains(refusal.Concern, new[] { Lineages.Platelets, Lineages.Anc });
    }

    [Fact]
    public void P2_2_a_local_code_and_a_second_code_of_the_same_thing_do_no_harm() =>
        Assert.Single(Read(Observation(Concept(("urn:local", "PLT"), (LoincSystem, Platelets), (LoincSystem, "26515-7")), "\"valueQuantity\":" + Quantity("30", "10*9/L"))).CellCounts);

    [Theory]
    [InlineData("final")]
    [InlineData("amended")]
    [InlineData("corrected")]
    public void P2_1_final_amended_and_corrected_results_count(string status) =>
        Assert.Single(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), status: $"\"status\":\"{status}\"")).CellCounts);

    [Theory]
    [InlineData("preliminary")]
    [InlineData("registered")]
    [InlineData("unknown")]
    public void P2_7_other_statuses_are_not_counted_without_complaint(string status)
    {
        var version = Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "furlong"), status: $"\"status\":\"{status}\""));
        Assert.Equal(NotRelevantReasons.StatusNotCounted, version.NotRelevant);
        Assert.Empty(version.Refusals);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"status\":\"done\"")]
    public void P2_6_a_status_that_is_missing_or_unknown_is_refused(string status) =>
        Assert.Equal(DataQualityCodes.StatusNotUsable, OnlyRefusal(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), status: status))).Code);

    [Theory]
    [InlineData("entered-in-error")]
    [InlineData("cancelled")]
    public void P2_7_a_retraction_needs_nothing_but_its_id(string status)
    {
        var version = Read(Resource("Observation", $"\"status\":\"{status}\""));
        Assert.True(version.Retracted);
        Assert.Null(version.Patient);
        Assert.Empty(version.Refusals);
    }

    [Fact]
    public void P2_7_a_retraction_is_seen_even_when_an_element_cannot_be_read()
    {
        var version = Read(Resource("Observation", "\"status\":\"entered-in-error\"", "\"subject\":{\"reference\":\"Patient/p1\"}", "\"valueQuantity\":{\"value\":\"x\"}"));
        Assert.True(version.Retracted);
        Assert.Equal("p1", version.Patient?.Id);
    }

    [Fact]
    public void P2_6_a_modifier_extension_that_is_not_known_refuses_the_result()
    {
        const string modifier = "\"modifierExtension\":[{\"url\":\"urn:x\",\"valueBoolean\":true}]";
        Assert.Equal(DataQualityCodes.ModifierExtension, OnlyRefusal(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), more: [modifier]))).Code);
    }

    [Fact]
    public void P2_8_each_component_of_a_panel_is_one_fact_and_is_refused_alone()
    {
        var version = Read(Observation(Loinc("58410-2"), "", more:
            ["\"component\":[" + string.Join(',',
                $$"""{"code":{{Loinc(Anc)}},"valueQuantity":{{Quantity("0.3", "10*3/uL")}}}""",
                $$"""{"code":{{Loinc("6690-2")}},"valueQuantity":{{Quantity("1.3", "10*3/uL")}}}""",
                $$"""{"code":{{Loinc(Platelets)}},"valueQuantity":{{Quantity("18", "furlong")}}}""",
                $$"""{"code":{{Loinc(Hemoglobin)}},"valueQuantity":{{Quantity("7.9", "g/dL")}},"modifierExtension":[{"url":"urn:x","valueBoolean":true}]}""",
                $$"""{"code":{{Loinc(Hemoglobin)}},"valueQuantity":{{Quantity("8.3", "g/dL")}}}""") + "]"]));

        Assert.Equal([("component[0]", Lineages.Anc), ("component[4]", Lineages.Hemoglobin)], version.CellCounts.Select(count => (count.Slot, count.Lineage)));
        Assert.Equal([("component[2]", DataQualityCodes.UnitUnknown), ("component[3]", DataQualityCodes.ModifierExtension)],
            version.Refusals.Select(refusal => (refusal.Slot, refusal.Code)));
    }

    [Fact]
    public void P2_8_a_contained_member_is_a_fact_with_its_own_time_specimen_and_limits_or_those_of_the_panel()
    {
        var version = Read(Panel(
            Member("m1", Platelets, Quantity("18", "10*9/L"), "\"effectiveDateTime\":\"2026-03-22\"", "\"specimen\":{\"reference\":\"Specimen/own\"}",
                "\"referenceRange\":[{\"low\":{\"value\":150}}]"),
            Member("m2", Hemoglobin, Quantity("7.9", "g/dL"))));

        var (own, inherited) = (version.CellCounts[0], version.CellCounts[1]);
        Assert.Equal(("#m1", Lineages.Platelets, 18_000m, "Specimen/own", 150_000m), (own.Slot, own.Lineage, own.Value, own.Specimen, own.LowerLimit));
        Assert.Equal(new DateOnly(2026, 3, 22), own.Time.Date);
        Assert.Equal(("#m2", Lineages.Hemoglobin, "Specimen/panel", 23), (inherited.Slot, inherited.Lineage, inherited.Specimen, inherited.Time.Instant!.Value.Day));
        Assert.Equal(2, version.CellCounts.Count);
    }

    [Fact]
    public void P2_8_a_contained_member_is_refused_alone_and_an_unnamed_one_is_not_read()
    {
        var version = Read(Panel(
            Member("m1", Platelets, Quantity("18", "furlong")),
            Member("m2", Anc, Quantity("0.3", "10*3/uL"), "\"subject\":{\"reference\":\"Patient/another\"}"),
            Member("m3", Hemoglobin, Quantity("7.9", "g/dL")),
            Member("unnamed", Anc, Quantity("0.1", "10*3/uL"))));
        Assert.Equal("#m3", Assert.Single(version.CellCounts).Slot);
        Assert.Equal([("#m1", DataQualityCodes.UnitUnknown), ("#m2", DataQualityCodes.PatientMissing)], version.Refusals.Select(refusal => (refusal.Slot, refusal.Code)));
    }

    [Theory]
    [InlineData("entered-in-error")]
    [InlineData("preliminary")]
    public void P2_7_a_contained_member_counts_only_with_its_own_status(string status) =>
        Assert.Equal(NotRelevantReasons.StatusNotCounted,
            Read(Panel(Member("m1", Anc, Quantity("0.3", "10*3/uL")).Replace("final", status, StringComparison.Ordinal))).NotRelevant);

    [Fact]
    public void P2_8_the_specimen_of_a_contained_member_is_fetched()
    {
        var panel = FactReader.Parse(Utf8(Panel(Member("m1", Anc, Quantity("0.3", "10*3/uL"), "\"specimen\":{\"reference\":\"Specimen/own\"}")))).Resource!;
        Assert.Equal(["Specimen/own", "Specimen/panel"], ReferencedResources.Of(panel, Context));
    }

    [Theory]
    [InlineData("\"valueQuantity\":{\"value\":\"15\",\"code\":\"10*9/L\"}")]
    [InlineData("\"valueQuantity\":{\"value\":\"<15\",\"code\":\"10*9/L\"}")]
    [InlineData("\"valueQuantity\":{\"value\":true,\"code\":\"10*9/L\"}")]
    [InlineData("\"valueQuantity\":{\"value\":15,\"code\":5}")]
    [InlineData("\"valueInteger\":\"15\"")]
    [InlineData("\"valueString\":15")]
    [InlineData("\"valueQuantity\":{\"value\":15,\"code\":\"10*9/L\"},\"referenceRange\":[{\"high\":{\"value\":\"400\",\"code\":\"10*9/L\"}}]")]
    [InlineData("\"component\":[{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"777-3\"}]},\"valueQuantity\":{\"value\":\"15\",\"code\":\"10*9/L\"}}]")]
    public void P10_9_a_count_of_the_wrong_json_type_is_refused_as_that_count_at_its_time(string value)
    {
        var refusal = OnlyRefusal(Read(Observation(Loinc(Platelets), value)));
        Assert.Equal((DataQualityCodes.ResourceInvalid, Lineages.Platelets, 23), (refusal.Code, refusal.Concern, refusal.Time?.Instant?.Day));
    }

    [Fact]
    public void P10_9_a_broken_panel_is_refused_once_for_each_count_that_it_holds()
    {
        var version = Read(Observation(Loinc("58410-2"), "", more:
            ["\"bodySite\":\"arm\"", "\"component\":[" + string.Join(',', new[] { Anc, Platelets, Platelets }.Select(code =>
                $$"""{"code":{{Loinc(code)}},"valueQuantity":{{Quantity("18", "10*9/L")}}}""")) + "]"]));
        Assert.Equal([(DataQualityCodes.ResourceInvalid, Lineages.Anc), (DataQualityCodes.ResourceInvalid, Lineages.Platelets)],
            version.Refusals.Select(refusal => (refusal.Code, refusal.Concern)));
        Assert.All(version.Refusals, refusal => Assert.Equal(23, refusal.Time?.Instant?.Day));
        Assert.Empty(version.CellCounts);
    }

    [Theory]
    [InlineData("\"meta\":{\"versionId\":3}")]
    [InlineData("\"specimen\":{\"reference\":3}")]
    public void An_identifier_of_the_wrong_json_type_is_a_refusal_and_no_failure(string member)
    {
        var refusal = OnlyRefusal(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), more: [member])));
        Assert.Equal((DataQualityCodes.ResourceInvalid, Lineages.Anc), (refusal.Code, refusal.Concern));
    }

    [Theory]
    [InlineData("final", 1)]
    [InlineData("entered-in-error", 0)]
    public void P2_6_a_specimen_that_was_entered_in_error_says_nothing(string status, int counts)
    {
        var specimen = $$$"""{"resourceType":"Specimen","id":"s1","status":"{{{status}}}","collection":{"collectedDateTime":"2026-03-22"}}""".Replace("final", "available", StringComparison.Ordinal);
        var version = Read(Observation(Loinc(Platelets), "\"valueQuantity\":" + Quantity("18", "10*9/L"), time: "", more:
            [$"\"contained\":[{specimen}]", "\"specimen\":{\"reference\":\"#s1\"}"]));
        Assert.Equal(counts, version.CellCounts.Count);
        Assert.Equal(counts == 0, version.Refusals.Any(refusal => refusal.Code == DataQualityCodes.TimeMissing));
    }

    [Theory]
    [InlineData("http://terminology.hl7.org/CodeSystem/v2-0078", "POS", 1)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v2-0078", "DET", 1)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "POS", 1)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v2-0078", "NEG", 0)]
    [InlineData("http://snomed.info/sct", "260373001", 0)]
    public void P2_6_platelet_clumps_are_positive_when_the_laboratory_interprets_them_so(string system, string code, int clumps) =>
        Assert.Equal(clumps, Read(Observation(Loinc(Clumps), "\"valueString\":\"few\"", more: [$"\"interpretation\":[{Concept((system, code))}]"])).PlateletClumps.Count);

    [Fact]
    public void P2_8_a_panel_that_only_points_to_its_members_says_nothing_itself()
    {
        var version = Read(Observation(Loinc("58410-2"), "", more: ["\"hasMember\":[{\"reference\":\"Observation/a\"}]"]));
        Assert.Equal(NotRelevantReasons.CodeNotUsed, version.NotRelevant);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"subject\":{\"reference\":\"Group/g1\"}")]
    [InlineData("\"subject\":{\"reference\":\"https://elsewhere.example.org/fhir/Patient/p1\"}")]
    [InlineData("\"subject\":{\"reference\":\"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0\"}")]
    [InlineData("\"subject\":{\"identifier\":{\"value\":\"1\"}}")]
    public void A_result_without_a_patient_of_this_source_is_refused(string subject)
    {
        var version = Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), subject: subject));
        Assert.Equal(DataQualityCodes.PatientMissing, OnlyRefusal(version).Code);
        Assert.Null(version.Patient);
    }

    [Fact]
    public void What_we_wrote_ourselves_is_recognised_when_it_comes_back()
    {
        var version = Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), more: ["\"identifier\":[{\"system\":\"urn:cart-fhir:grade\",\"value\":\"1\"}]"]));
        Assert.Equal(NotRelevantReasons.OwnWrite, version.NotRelevant);
        Assert.Empty(version.CellCounts);
        Assert.Equal(NotRelevantReasons.OwnWrite, Read(File.ReadAllText("samples/shapes/flag.json")).NotRelevant);
        const string tag = "\"meta\":{\"tag\":[{\"system\":\"urn:cart-fhir:tag\",\"code\":\"cytopenia-protocol\"}]}";
        Assert.Equal(NotRelevantReasons.OwnWrite, Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), more: [tag])).NotRelevant);
    }

    [Fact]
    public void No_refusal_text_holds_a_value_or_an_identifier()
    {
        var refusals = new[] { Count(Anc, "314159", "10*3/uL"), Count(Anc, "314159", "furlong"), Observation(Loinc(Anc), "\"valueString\":\"314159\"") }
            .SelectMany(json => Read(json).Refusals).ToList();
        Assert.Equal(3, refusals.Count);
        Assert.All(refusals, refusal => Assert.DoesNotContain("314159", refusal.Text, StringComparison.Ordinal));
    }

    private static string Panel(params string[] members) => Observation(Loinc("58410-2"), "", more:
        [$"\"contained\":[{string.Join(',', members)}]", "\"specimen\":{\"reference\":\"Specimen/panel\"}",
         $"\"hasMember\":[{string.Join(',', Enumerable.Range(1, members.Length).Select(n => $"{{\"reference\":\"#m{n}\"}}"))}]"]);

    private static string Member(string id, string loinc, string quantity, params string[] more) =>
        $$"""{"resourceType":"Observation","id":"{{id}}","status":"final","code":{{Loinc(loinc)}},"valueQuantity":{{quantity}}{{string.Concat(more.Select(member => "," + member))}}}""";

    [Fact]
    public void A_mapping_that_throws_is_a_refusal()
    {
        var throws = new Observation { Id = "r1", Status = ObservationStatus.Final, Code = new CodeableConcept(LoincSystem, Anc), Specimen = new ResourceReference("Specimen/s1") };
        Assert.Equal(DataQualityCodes.ResourceInvalid, Assert.Single(FactReader.Read(throws, "hash", Context with { Lookup = _ => throw new TimeoutException() }).Refusals).Code);
    }
}
