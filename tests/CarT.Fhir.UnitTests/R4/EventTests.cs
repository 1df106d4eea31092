using CarT.Fhir.Contracts;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

/// <summary>CAR-T infusions, transfusions, and what a Patient says.</summary>
public sealed class EventTests
{
    [Theory]
    [InlineData(Icd10Pcs, "XW033J7", "tisagenlecleucel")]
    [InlineData(Icd10Pcs, "XW043H7", "axicabtagene-ciloleucel")]
    [InlineData(Icd10Pcs, "XW033C3", "unspecified")]
    [InlineData(Cpt, "38228", "unspecified")]
    [InlineData(Cpt, "0540T", "unspecified")]
    [InlineData(Snomed, "1156961008", "unspecified")]
    [InlineData("urn:oid:2.16.840.1.113883.6.285", "Q2042", "tisagenlecleucel")]
    public void P1_3_a_completed_procedure_of_a_car_t_code_is_an_infusion(string system, string code, string product)
    {
        var infusion = Assert.Single(Read(Procedure(Concept((system, code)))).Infusions);
        Assert.Equal((product, 11), (infusion.Product, infusion.Time.Instant!.Value.Hour));
    }

    [Fact]
    public void P1_3_the_product_comes_from_the_coding_that_names_it() =>
        Assert.Equal("tisagenlecleucel", Assert.Single(Read(Procedure(Concept((Cpt, "38228"), (Icd10Pcs, "XW033J7")))).Infusions).Product);

    [Theory]
    [InlineData("in-progress")]
    [InlineData("not-done")]
    [InlineData("preparation")]
    public void P1_3_a_procedure_that_is_not_completed_sets_no_day_0(string status) =>
        Assert.Equal(NotRelevantReasons.StatusNotCounted, Read(Procedure(Concept((Cpt, "38228")), status)).NotRelevant);

    [Theory]
    [InlineData("38225")]
    [InlineData("0537T")]
    public void P1_3_harvest_and_preparation_never_set_day_0(string code) =>
        Assert.Equal(NotRelevantReasons.CodeRejected, Read(Procedure(Concept((Cpt, code)))).NotRelevant);

    [Fact]
    public void P1_3_a_harvest_code_beside_an_infusion_code_is_ambiguous() =>
        Assert.Equal((DataQualityCodes.CodeAmbiguous, Concerns.Infusion), Refused(Procedure(Concept((Cpt, "38225"), (Snomed, "1156961008")))));

    [Theory]
    [InlineData("completed", "\"effectiveDateTime\":\"2026-03-01T11:00:00Z\"", true)]
    [InlineData("in-progress", "\"effectivePeriod\":{\"start\":\"2026-03-01T11:00:00Z\"}", true)]
    [InlineData("in-progress", "\"effectivePeriod\":{\"end\":\"2026-03-01T11:00:00Z\"}", false)]
    [InlineData("stopped", "\"effectiveDateTime\":\"2026-03-01T11:00:00Z\"", false)]
    public void P1_3_an_administration_is_an_infusion_when_completed_or_begun(string status, string time, bool counts)
    {
        var version = Read(Administration(Medication((RxNorm, "1986438")), status, time: time));
        Assert.Equal(counts ? 1 : 0, version.Infusions.Count);
        Assert.Equal(counts ? null : NotRelevantReasons.StatusNotCounted, version.NotRelevant);
    }

    [Fact]
    public void P1_3_an_infusion_without_a_usable_time_is_refused() =>
        Assert.Equal((DataQualityCodes.TimeMissing, Concerns.Infusion), Refused(Procedure(Concept((Cpt, "38228")), time: "\"performedString\":\"in March\"")));

    [Theory]
    [InlineData(Snomed, "12719002", "platelets")]
    [InlineData(Icd10Pcs, "30243R1", "platelets")]
    [InlineData(Snomed, "71493000", "red-cells")]
    [InlineData("http://hl7.org/fhir/sid/icd-9-cm", "99.04", "red-cells")]
    [InlineData(Snomed, "33389009", "whole-blood")]
    [InlineData(Snomed, "35108008", "granulocytes")]
    public void P4_5_a_transfusion_is_of_its_product(string system, string code, string product)
    {
        var version = Read(Procedure(Concept((system, code))));
        Assert.Equal([product], Assert.Single(version.Transfusions).Products);
        Assert.Empty(version.Refusals);
    }

    [Fact]
    public void P4_5_cpt_36430_alone_is_unclassified_and_remarked()
    {
        var version = Read(Procedure(Concept((Cpt, "36430"))));
        Assert.Equal([BloodProducts.Unclassified], Assert.Single(version.Transfusions).Products);
        Assert.Equal((DataQualityCodes.TransfusionUnclassified, Concerns.Transfusion), (version.Refusals[0].Code, version.Refusals[0].Concern));
    }

    [Fact]
    public void P4_5_the_most_specific_coding_wins()
    {
        var version = Read(Procedure(Concept((Cpt, "36430"), (Snomed, "116859006"), (Snomed, "12719002"))));
        Assert.Equal([BloodProducts.Platelets], Assert.Single(version.Transfusions).Products);
        Assert.Empty(version.Refusals);
    }

    [Fact]
    public void P4_5_two_specific_products_count_for_both_lineages() =>
        Assert.Equal([BloodProducts.Platelets, BloodProducts.RedCells], Assert.Single(Read(Procedure(Concept((Snomed, "71493000"), (Snomed, "12719002")))).Transfusions).Products);

    [Theory]
    [InlineData("13569004")]
    [InlineData("116861002")]
    public void E6_plasma_is_no_support_even_beside_an_unspecific_code(string plasma)
    {
        Assert.Equal(NotRelevantReasons.CodeRejected, Read(Procedure(Concept((Snomed, plasma)))).NotRelevant);
        Assert.Equal(NotRelevantReasons.CodeRejected, Read(Procedure(Concept((Cpt, "36430"), (Snomed, plasma)))).NotRelevant);
    }

    [Theory]
    [InlineData("completed", true)]
    [InlineData("in-progress", true)]
    [InlineData("stopped", true)]
    [InlineData("not-done", false)]
    public void P4_5_some_blood_was_given_unless_it_was_not_done(string status, bool counts)
    {
        Assert.Equal(counts ? 1 : 0, Read(Procedure(Concept((Snomed, "12719002")), status)).Transfusions.Count);
        Assert.Equal(counts ? 1 : 0, Read(Administration(Medication((Snomed, "12719002")), status)).Transfusions.Count);
    }

    [Fact]
    public void E7_a_transfusion_entered_in_error_is_retracted() =>
        Assert.True(Read(Procedure("{}", "entered-in-error", time: "")).Retracted);

    [Fact]
    public void P10_2_death_is_read_with_its_time_or_without()
    {
        Assert.Equal(DateTimeOffset.Parse("2026-05-01T10:00:00Z"), Patient("\"deceasedDateTime\":\"2026-05-01T10:00:00Z\"").DeceasedAt?.Instant);
        Assert.Equal((true, null), (Patient("\"deceasedBoolean\":true").Deceased, Patient("\"deceasedBoolean\":true").DeceasedAt));
        Assert.Equal(NotRelevantReasons.NothingToSay, Read(Resource("Patient", "\"deceasedBoolean\":false")).NotRelevant);
    }

    [Fact]
    public void P10_2_a_death_known_to_the_year_is_a_death_and_the_time_is_refused()
    {
        var version = Read(Resource("Patient", "\"deceasedDateTime\":\"2026\""));
        Assert.True(Assert.Single(version.PatientStatuses).Deceased);
        Assert.Equal(DataQualityCodes.TimeImprecise, Assert.Single(version.Refusals).Code);
    }

    [Fact]
    public void P11_6_a_merged_patient_names_the_survivor()
    {
        Assert.Equal("p2", Patient("\"active\":false,\"link\":[{\"other\":{\"reference\":\"Patient/p2\"},\"type\":\"replaced-by\"}]").ReplacedBy);
        Assert.Equal(NotRelevantReasons.NothingToSay, Read(Resource("Patient", "\"link\":[{\"other\":{\"reference\":\"Patient/p2\"},\"type\":\"seealso\"}]")).NotRelevant);
        var foreign = Read(Resource("Patient", "\"link\":[{\"other\":{\"reference\":\"https://elsewhere.example.org/Patient/p2\"},\"type\":\"replaced-by\"}]"));
        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(foreign).Code);
    }

    [Theory]
    [InlineData("Encounter", NotRelevantReasons.TypeNotUsed)]
    [InlineData("Flag", NotRelevantReasons.TypeNotUsed)]
    [InlineData("Specimen", NotRelevantReasons.NothingToSay)]
    [InlineData("Medication", NotRelevantReasons.NothingToSay)]
    public void P13_2_what_says_nothing_is_accounted_for(string type, string reason) =>
        Assert.Equal(reason, Read(Resource(type, "\"language\":\"en\"")).NotRelevant);

    private static PatientStatus Patient(string members) => Assert.Single(Read(Resource("Patient", members)).PatientStatuses);

    private static (string, string?) Refused(string json)
    {
        var refusal = OnlyRefusal(Read(json));
        return (refusal.Code, refusal.Concern);
    }
}
