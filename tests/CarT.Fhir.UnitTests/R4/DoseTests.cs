using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Reading;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

public sealed class DoseTests
{
    private static readonly string Eltrombopag = Medication((RxNorm, "711942"));
    private static readonly string Romiplostim = Medication((Atc, "B02BX04"));

    [Theory]
    [InlineData("711942", Agents.Eltrombopag)]
    [InlineData("805452", Agents.Romiplostim)]
    [InlineData("68442", Agents.Gcsf)]
    [InlineData("2602787", Agents.GcsfLongActing)]
    public void P1_6_a_completed_administration_is_a_dose_of_its_agent(string rxNorm, string agent) =>
        Assert.Equal(agent, Assert.Single(Read(Administration(Medication((RxNorm, rxNorm)))).DrugsGiven).Agent);

    [Theory]
    [InlineData("mg", "50", "50")]
    [InlineData("g", "0.05", "50")]
    [InlineData("ug", "50000", "50")]
    public void P9_2_an_oral_dose_is_in_milligrams(string unit, string value, string expected) =>
        Assert.Equal((expected, "mg"), DoseOf(Eltrombopag, Quantity(value, unit)));

    [Theory]
    [InlineData("ug", "125")]
    [InlineData("mcg", "125")]
    public void P9_5_romiplostim_is_in_micrograms(string unit, string value) =>
        Assert.Equal(("125", "ug"), DoseOf(Romiplostim, Quantity(value, null, unit)));

    [Theory]
    [InlineData(null)]
    [InlineData("{\"value\":1,\"unit\":\"tablet\"}")]
    [InlineData("{\"value\":50}")]
    [InlineData("{\"value\":50,\"comparator\":\"<\",\"code\":\"mg\",\"system\":\"http://unitsofmeasure.org\"}")]
    public void P9_2_without_a_readable_dose_the_administration_counts_and_dose_missing_is_remarked(string? dose)
    {
        var version = Read(Administration(Eltrombopag, dose: dose));
        Assert.Null(Assert.Single(version.DrugsGiven).Dose);
        var remark = Assert.Single(version.Refusals);
        Assert.Equal((DataQualityCodes.DoseMissing, Concerns.TpoRa), (remark.Code, remark.Concern));
        Assert.NotNull(remark.Time);
    }

    [Fact]
    public void P4_3_g_csf_without_a_dose_is_no_cause_for_a_remark()
    {
        var version = Read(Administration(Medication((RxNorm, "68442"))));
        Assert.Single(version.DrugsGiven);
        Assert.Empty(version.Refusals);
    }

    [Theory]
    [InlineData("not-done")]
    [InlineData("on-hold")]
    [InlineData("stopped")]
    [InlineData("unknown")]
    public void E15_what_was_not_given_is_no_dose(string status)
    {
        var version = Read(Administration(Eltrombopag, status, time: ""));
        Assert.Equal(NotRelevantReasons.StatusNotCounted, version.NotRelevant);
        Assert.Empty(version.DrugsGiven);
        Assert.Empty(version.Refusals);
    }

    [Fact]
    public void P1_6_a_dose_of_zero_says_nothing() =>
        Assert.Equal(NotRelevantReasons.NothingToSay, Read(Administration(Eltrombopag, dose: Quantity("0", "mg"))).NotRelevant);

    [Theory]
    [InlineData("\"effectiveDateTime\":\"2026-03-22\"", null, 22)]
    [InlineData("\"effectivePeriod\":{\"start\":\"2026-03-22T08:00:00Z\",\"end\":\"2026-03-23T08:00:00Z\"}", 22, null)]
    [InlineData("\"effectivePeriod\":{\"end\":\"2026-03-23T08:00:00Z\"}", 23, null)]
    public void P1_2_a_dose_is_given_when_it_starts_or_when_only_its_end_is_known(string time, int? instantDay, int? dateDay)
    {
        var read = Assert.Single(Read(Administration(Eltrombopag, dose: Quantity("50", "mg"), time: time)).DrugsGiven).Time;
        Assert.Equal((instantDay, dateDay), (read.Instant?.Day, read.Date?.Day));
    }

    [Fact]
    public void P1_2_a_dose_without_a_time_is_refused() =>
        Assert.Equal((DataQualityCodes.TimeMissing, Concerns.TpoRa), Code(Administration(Eltrombopag, dose: Quantity("50", "mg"), time: "")));

    [Fact]
    public void The_medication_may_be_contained_or_referenced()
    {
        var medication = $$"""{"resourceType":"Medication","id":"m1","code":{{Concept((RxNorm, "711942"))}}}""";
        const string contained = "\"medicationReference\":{\"reference\":\"#m1\"}";
        Assert.Single(Read(Administration(contained, more: [$"\"contained\":[{medication}]"])).DrugsGiven);

        var found = FhirJson.Read(Utf8(medication)).Resource;
        const string referenced = "\"medicationReference\":{\"reference\":\"Medication/m1\"}";
        Assert.Single(Read(Administration(referenced), Context with { Lookup = reference => reference == "Medication/m1" ? found : null }).DrugsGiven);
    }

    [Fact]
    public void A_medication_that_was_entered_in_error_is_as_good_as_none()
    {
        var medication = $$"""{"resourceType":"Medication","id":"m1","status":"entered-in-error","code":{{Concept((RxNorm, "711942"))}}}""";
        var version = Read(Administration("\"medicationReference\":{\"reference\":\"#m1\"}", more: [$"\"contained\":[{medication}]"]));
        Assert.Empty(version.DrugsGiven);
        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(version).Code);
    }

    [Fact]
    public void P10_9_a_dose_of_the_wrong_json_type_is_refused_as_that_agent_at_its_time()
    {
        var refusal = OnlyRefusal(Read(Administration(Eltrombopag, dose: Quantity("\"50\"", "mg"))));
        Assert.Equal((DataQualityCodes.ResourceInvalid, Concerns.TpoRa, 22), (refusal.Code, refusal.Concern, refusal.Time?.Instant?.Day));
    }

    [Theory]
    [InlineData("Medication/unknown")]
    [InlineData("https://elsewhere.example.org/fhir/Medication/m1")]
    [InlineData("#nowhere")]
    public void A_medication_that_cannot_be_resolved_is_refused_and_never_taken_for_nothing(string reference)
    {
        var version = Read(Administration($"\"medicationReference\":{{\"reference\":\"{reference}\"}}"));
        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(version).Code);
        Assert.NotNull(version.Patient);
    }

    [Fact]
    public void Another_drug_is_not_relevant_however_broken() =>
        Assert.Equal(NotRelevantReasons.CodeNotUsed, Read(Administration(Medication((RxNorm, "161")), "nonsense", time: "")).NotRelevant);

    [Fact]
    public void Two_agents_in_one_administration_are_ambiguous() =>
        Assert.Equal(DataQualityCodes.CodeAmbiguous, OnlyRefusal(Read(Administration($"\"medicationCodeableConcept\":{Concept((RxNorm, "711942"), (RxNorm, "805452"))}"))).Code);

    [Fact]
    public void A_contained_resource_of_a_type_that_we_do_not_know_is_no_obstacle() =>
        Assert.Single(Read(Administration(Eltrombopag, dose: Quantity("50", "mg"), more: ["\"contained\":[{\"resourceType\":\"Practitioner\",\"id\":\"x\"}]"])).DrugsGiven);

    [Theory]
    [InlineData("active", "\"effectivePeriod\":{\"start\":\"2026-03-22\"}", null)]
    [InlineData("completed", "\"effectivePeriod\":{\"start\":\"2026-03-22\",\"end\":\"2026-04-01\"}", "2026-04-01")]
    [InlineData("active", "\"effectiveDateTime\":\"2026-03-22\"", "2026-03-22")]
    public void P1_6_a_statement_is_a_course_of_tablets(string status, string time, string? end)
    {
        var course = Assert.Single(Read(Statement(status, time, Dosage("50", ""))).DrugStatements);
        Assert.Equal((Agents.Eltrombopag, status, new DateOnly(2026, 3, 22)), (course.Agent, course.Status, course.Start.Date!.Value));
        Assert.Equal(end is null ? null : DateOnly.Parse(end), course.End?.Date);
        Assert.Equal(new Dose(50m, "mg"), course.DosePerDay);
    }

    [Theory]
    [InlineData("\"timing\":{\"repeat\":{\"frequency\":2,\"period\":1,\"periodUnit\":\"d\"}},", "50")]
    [InlineData("\"timing\":{\"repeat\":{\"frequency\":1,\"period\":12,\"periodUnit\":\"h\"}},", "50")]
    [InlineData("\"timing\":{\"repeat\":{\"frequency\":1,\"period\":1,\"periodUnit\":\"wk\"}},", null)]
    [InlineData("\"timing\":{\"repeat\":{\"frequency\":1,\"period\":2,\"periodUnit\":\"d\"}},", null)]
    [InlineData("\"timing\":{\"repeat\":{\"dayOfWeek\":[\"mon\"]}},", null)]
    [InlineData("\"timing\":{\"repeat\":{\"when\":[\"MORN\",\"EVE\"]}},", "50")]
    [InlineData("\"timing\":{\"code\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation\",\"code\":\"BID\"}]}},", "50")]
    [InlineData("\"asNeededBoolean\":true,", null)]
    public void P1_6_dose_times_frequency_is_the_dose_per_day_where_every_day_is_alike(string timing, string? expected)
    {
        var version = Read(Statement("active", "\"effectivePeriod\":{\"start\":\"2026-03-22\"}", Dosage("25", timing)));
        Assert.Equal(expected, Assert.Single(version.DrugStatements).DosePerDay?.Value.ToString());
        Assert.Equal(expected is null ? [DataQualityCodes.DoseMissing] : [], version.Refusals.Select(refusal => refusal.Code));
    }

    [Theory]
    [InlineData("stopped")]
    [InlineData("intended")]
    [InlineData("not-taken")]
    public void P1_6_only_active_and_completed_statements_count(string status) =>
        Assert.Equal(NotRelevantReasons.StatusNotCounted, Read(Statement(status, "", "")).NotRelevant);

    [Fact]
    public void P1_6_statements_count_only_where_they_are_taken_for_evidence() =>
        Assert.Equal(NotRelevantReasons.TypeNotUsed, Read(Statement("active", "\"effectivePeriod\":{\"start\":\"2026-03-22\"}", Dosage("50", "")),
            Context with { DoseEvidence = new HashSet<string> { "MedicationAdministration" } }).NotRelevant);

    [Fact]
    public void P1_6_a_course_that_ends_before_it_starts_is_refused() =>
        Assert.Equal((DataQualityCodes.ResourceInvalid, Concerns.TpoRa),
            Code(Statement("completed", "\"effectivePeriod\":{\"start\":\"2026-03-22\",\"end\":\"2026-03-21\"}", Dosage("50", ""))));

    [Theory]
    [InlineData("2026-03-22T23:30:00Z", "2026-03-22")]
    [InlineData("2026-03-23T00:30:00+02:00", "2026-03-22T22:45:00Z")]
    [InlineData("2026-03-23T00:30:00+02:00", "2026-03-22")]
    [InlineData("2026-03-22", "2026-03-21T23:30:00Z")]
    public void P1_1_a_course_that_may_end_on_the_day_of_its_start_in_the_facility_is_taken(string start, string end) =>
        Assert.Single(Read(Statement("completed", $$"""
            "effectivePeriod":{"start":"{{start}}","end":"{{end}}"}
            """, Dosage("50", ""))).DrugStatements);

    [Theory]
    [InlineData("2026-03-22T10:00:00Z", "2026-03-22T09:00:00Z")]
    [InlineData("2026-03-22T10:00:00Z", "2026-03-20")]
    [InlineData("2026-03-22", "2026-03-20T10:00:00Z")]
    public void P1_6_a_course_that_ends_before_it_starts_on_any_clock_is_refused(string start, string end) =>
        Assert.Equal((DataQualityCodes.ResourceInvalid, Concerns.TpoRa), Code(Statement("completed", $$"""
            "effectivePeriod":{"start":"{{start}}","end":"{{end}}"}
            """, Dosage("50", ""))));

    [Fact]
    public void P1_6_a_statement_or_a_dispense_of_an_injection_gives_no_daily_doses()
    {
        var context = Context with { DoseEvidence = new HashSet<string> { "MedicationStatement", "MedicationDispense" } };
        string[] said = [Romiplostim, "\"subject\":{\"reference\":\"Patient/p1\"}"];
        var statement = Resource("MedicationStatement", [.. said, "\"status\":\"active\"", "\"effectivePeriod\":{\"start\":\"2026-03-22\"}"]);
        var dispense = Resource("MedicationDispense", [.. said, "\"status\":\"completed\"", "\"whenHandedOver\":\"2026-03-22\""]);
        foreach (var version in new[] { Read(statement, context), Read(dispense, context) })
        {
            Assert.Equal(NotRelevantReasons.StatementOfAnInjection, version.NotRelevant);
            Assert.Empty(version.DrugStatements);
            Assert.Empty(version.Refusals);
        }
    }

    [Theory]
    [InlineData("\"daysSupply\":{\"value\":28,\"unit\":\"d\"}", 28)]
    [InlineData("\"daysSupply\":{\"value\":1}", 1)]
    [InlineData("\"daysSupply\":{\"value\":4,\"unit\":\"wk\"}", null)]
    [InlineData("", null)]
    public void P1_6_a_dispense_covers_its_days_of_supply_where_it_is_taken_for_evidence(string supply, int? days)
    {
        var dispense = Resource("MedicationDispense", Eltrombopag, "\"status\":\"completed\"", "\"subject\":{\"reference\":\"Patient/p1\"}",
            "\"whenHandedOver\":\"2026-03-22T10:00:00Z\"", supply, Dosage("50", "").Replace("dosage", "dosageInstruction", StringComparison.Ordinal));
        Assert.Equal(NotRelevantReasons.TypeNotUsed, Read(dispense).NotRelevant);
        var course = Assert.Single(Read(dispense, Context with { DoseEvidence = new HashSet<string> { "MedicationDispense" } }).DrugStatements);
        Assert.Equal((days, null), (course.DaysOfSupply, course.End));
        Assert.Equal(("completed", 50m), (course.Status, course.DosePerDay?.Value));
    }

    private static string Statement(string status, string time, string dosage) =>
        Resource("MedicationStatement", Eltrombopag, $"\"status\":\"{status}\"", "\"subject\":{\"reference\":\"Patient/p1\"}", time, dosage);

    private static string Dosage(string mg, string timing) => $$"""
        "dosage":[{ {{timing}}"doseAndRate":[{"doseQuantity":{{Quantity(mg, "mg")}} }]}]
        """;

    private static (string, string) DoseOf(string medication, string dose)
    {
        var read = Assert.Single(Read(Administration(medication, dose: dose)).DrugsGiven).Dose!;
        return (read.Value.ToString(), read.Unit);
    }

    private static (string, string?) Code(string json)
    {
        var refusal = OnlyRefusal(Read(json));
        return (refusal.Code, refusal.Concern);
    }
}
