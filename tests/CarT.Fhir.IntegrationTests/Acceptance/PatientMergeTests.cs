using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Acceptance;

public sealed class PatientMergeTests
{
    private const string Severe = "severe-persistent-cytopenia";

    [Fact]
    [Trait("acceptance", "j")]
    public async Task P11_6_A_patient_merged_in_the_middle_of_an_episode_goes_on_under_the_surviving_id()
    {
        await using var ward = await Ward.OpenAsync();
        ward.Chart(Clinical.Patient("survivor"));
        ward.Admit("retired");
        ward.Chart(Clinical.Platelets("retired", "plt-1", Ward.Day(21), 12), Clinical.Platelets("retired", "plt-2", Ward.Day(22), 11));
        await ward.FlagAsync("retired", Severe, "active");

        ward.Chart(MergedInto("retired", "survivor"));

        var flag = await ward.FlagAsync("survivor", Severe, "active");
        Assert.Equal(DateOnly.FromDateTime(Ward.Day(22).UtcDateTime).ToString("O"), Hospital.Text(flag["period"]!["start"]));
        await ward.FlagAsync("retired", Severe, "inactive");
        await ward.Hospital.UntilAsync("the survivor's CarePlan", _ => ward.Hospital.CarePlan("survivor"));
        await ward.Cart.AtRestAsync();
        Assert.DoesNotContain(ward.Hospital.Ehr.All("Flag"), each => Of("retired", each) && Hospital.Text(each["status"]) == "active");
        Assert.Single(ward.Hospital.Flags("survivor", Severe));
        Assert.Single(ward.Hospital.Flags("retired", Severe));

        // What comes later, under either id, is the survivor's.
        ward.Chart(Clinical.Platelets("retired", "plt-3", Ward.Day(23), 9));
        await ward.AssessmentAsync("survivor", "the count that came under the retired id", each =>
            each["lineages"]!["platelets"]!["latest"]!["value"]!.GetValue<decimal>() == 9000m);
    }

    private static JsonObject MergedInto(string retired, string survivor)
    {
        var patient = Clinical.Patient(retired);
        patient["active"] = false;
        patient["link"] = new JsonArray(new JsonObject { ["other"] = new JsonObject { ["reference"] = "Patient/" + survivor }, ["type"] = "replaced-by" });
        return patient;
    }

    private static bool Of(string patient, JsonObject flag) => Hospital.Text(flag["subject"]!["reference"]) == "Patient/" + patient;
}
