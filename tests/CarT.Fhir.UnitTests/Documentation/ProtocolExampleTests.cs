using CarT.Fhir.Contracts;
using CarT.Fhir.UnitTests.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Documentation;

/// <summary>The examples that docs/protocol.md gives in the text of a rule.</summary>
public sealed class ProtocolExampleTests
{
    [Fact]
    public void P4_2_Red_cells_of_day_24_support_hemoglobin_up_to_day_30()
    {
        var course = new Course().Infused().RedCellsGiven(24).Hemoglobin((30, 9.1m), (31, 9.1m));

        Assert.True(course.On(30).Lineages.Hemoglobin.Latest!.Supported);
        Assert.False(course.On(31).Lineages.Hemoglobin.Latest!.Supported);
    }

    [Fact]
    public void P5_2_Platelets_of_20_001_without_a_transfusion_are_recovered_and_with_one_they_are_not()
    {
        var course = new Course().Infused().Platelets((22, 12_000), (24, 20_001), (26, 20_001), (28, 20_001));

        Assert.Equal(Course.Date(24), course.On(28).Lineages.Platelets.ResolvedOn);
        Assert.Null(course.PlateletsGiven(23).On(28).Lineages.Platelets.ResolvedOn);
    }

    [Fact]
    public void P8_1_A_bag_of_day_40_counts_up_to_day_46()
    {
        var course = new Course().Infused().PlateletsGiven(40);

        Assert.Equal((false, true), (course.On(46).Transfusions.Platelets.Independent, course.On(47).Transfusions.Platelets.Independent));
    }

    [Fact]
    public void P8_4_A_response_names_the_three_values_of_its_lineage_and_the_last_transfusions()
    {
        var flag = Responder().On(44).Flag(FlagCodes.TpoRaResponse)!;

        Assert.Equal(
            ["Observation/platelets-40-06:30", "Observation/platelets-42-06:30", "Observation/platelets-44-06:30", "Procedure/platelets-28-14:00"],
            flag.Evidence.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void P10_4_A_relapse_is_on_treatment_while_therapy_is_current_and_severe_afterwards()
    {
        var course = Responder().Platelets((46, 12_000), (48, 11_000));

        Assert.Equal(States.Responded, course.On(46).State);
        Assert.True(course.On(48).HasActive(FlagCodes.Relapse));
        Assert.Equal(States.OnTreatment, course.On(51).State);
        Assert.Equal(States.SeverePersistentCytopenia, course.On(52).State);
    }

    [Fact]
    public void P10_6_Without_a_resolution_112_days_after_the_start_the_patient_is_a_non_responder()
    {
        var course = new Course().Infused().Platelets((28, 10_000), (29, 10_000)).Eltrombopag(50, 30, 142);

        Assert.Equal(States.OnTreatment, course.On(141).State);
        Assert.Equal(States.NonResponder, course.On(142).State);
    }

    /// <summary>Low platelets, a bag on day 28, eltrombopag on days 30 to 44, response confirmed on day 44.</summary>
    private static Course Responder() =>
        new Course().Infused().Platelets((28, 10_000), (29, 10_000)).PlateletsGiven(28).Eltrombopag(50, 30, 44)
            .Platelets((40, 25_000), (42, 30_000), (44, 40_000));
}
