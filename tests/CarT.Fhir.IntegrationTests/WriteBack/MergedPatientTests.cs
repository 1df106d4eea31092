using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>A charting system that re-points what it holds of a patient who was merged into another.</summary>
public sealed class MergedPatientTests
{
    [Theory]
    [InlineData(FlagStatuses.Inactive)]
    [InlineData(FlagStatuses.EnteredInError)]
    public async Task A_flag_that_now_stands_with_the_other_patient_is_closed_there_when_it_is_over(string status)
    {
        var flag = Revisions.Flag(FlagCodes.Relapse);
        await using var steps = await WriteBackSteps.BuildAsync(["chart"]);
        await steps.WriteAsync(Revisions.Of(1, flag));
        Edit(steps, standing => standing["subject"]!["reference"] = "Patient/p9");
        await steps.WriteAsync(Revisions.Of(2).Withdrawing(flag, status));
        Assert.Equal((status, "Patient/p9"), (steps.Chart.Statuses, (string?)steps.Chart.Flag["subject"]!["reference"]));

        var writes = steps.Chart.Count("PUT", "Flag");
        await steps.WriteAsync(Revisions.Of(3).Withdrawing(flag, status));
        Assert.Equal(writes, steps.Chart.Count("PUT", "Flag"));
    }

    [Fact]
    public async Task A_flag_that_now_stands_with_the_other_patient_and_that_a_clinician_changed_is_left_as_it_is()
    {
        var flag = Revisions.Flag(FlagCodes.Relapse);
        await using var steps = await WriteBackSteps.BuildAsync(["chart"]);
        await steps.WriteAsync(Revisions.Of(1, flag));
        Edit(steps, standing =>
        {
            standing["subject"]!["reference"] = "Patient/p9";
            standing["period"]!["start"] = "2026-03-20";
        });
        await steps.WriteAsync(Revisions.Of(2).Withdrawing(flag, FlagStatuses.Inactive));
        Assert.Equal(("created left-to-clinician", "active"), (await steps.OutcomesAsync(), steps.Chart.Statuses));
    }

    private static void Edit(WriteBackSteps steps, Action<JsonObject> edit)
    {
        var flag = steps.Chart.Flag;
        edit(flag);
        steps.Chart.Ehr.Put(flag);
    }
}
