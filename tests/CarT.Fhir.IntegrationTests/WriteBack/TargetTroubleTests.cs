using System.Net;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.R4.Writing;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>What is wrong with a target as a whole makes no patient's write a refused one; what was refused is tried again when there is reason to.</summary>
public sealed class TargetTroubleTests : ChartingSystemTests
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;
    private static readonly PatientKey Other = new("ward-patients", "p2");

    [Theory]
    [InlineData(403, "forbidden")]
    [InlineData(404, "no-such-endpoint")]
    [InlineData(405, "no-such-endpoint")]
    [InlineData(501, "no-such-endpoint")]
    [InlineData(301, "no-such-endpoint")]
    [InlineData(400, "search-refused")]
    public async Task A_target_that_lets_nobody_search_pauses_and_every_patient_waits(int status, string reason)
    {
        Chart.On = (context, _) => Answer(context, status);
        await Host.PublishAsync(Message(1, Revisions.Patient));
        await WriteBackHost.UntilAsync(async () => (string?)(await Host.TargetAsync())["pauseReason"] == reason, "a pause");
        Assert.Equal(1, (long)(await Host.TargetAsync())["waiting"]!);
        Assert.Empty((await Host.TargetAsync())["refused"]!.AsArray());

        Chart.On = null;
        Host.Time.Advance(TimeSpan.FromMinutes(6));
        await Host.SettledAsync(Revisions.Patient, 1);
        Assert.Single(Chart.All("Flag"));
    }

    [Fact]
    public async Task A_patient_whom_a_working_target_forbids_waits_and_holds_up_nobody_else()
    {
        await Host.SettleAsync(Message(1, Revisions.Patient));
        var forbidden = BusinessIdentifiers.Flag(Other, Code, 1, 1);
        Chart.On = (context, _) =>
            context.Request.QueryString.Value!.Contains(forbidden, StringComparison.Ordinal) ? Answer(context, 403) : Task.FromResult(false);
        await Host.PublishAsync(Message(1, Other));
        await WriteBackHost.UntilAsync(async () => (await Host.OutcomesAsync("Flag")).Contains("failed"), "a failed attempt");
        await Host.SettleAsync(Message(2, Revisions.Patient, "Other words."));
        Assert.Null((await Host.TargetAsync())["pausedUntil"]);
        Assert.Equal(1, (long)(await Host.TargetAsync())["waiting"]!);
    }

    [Fact]
    public async Task Care_plans_that_a_target_forbids_wait_and_the_flags_of_all_patients_are_written()
    {
        Chart.On = (context, _) => context.Request.Path.Value!.Contains("CarePlan", StringComparison.Ordinal) ? Answer(context, 403) : Task.FromResult(false);
        foreach (var patient in Enumerable.Range(1, 8).Select(number => new PatientKey("ward-patients", $"p{number}")))
            await Host.PublishAsync(Message(1, patient).Proposing(ActivityCodes.LiverPanel));
        await WriteBackHost.UntilAsync(() => Chart.All("Flag").Count == 8, "eight flags");
        Assert.Equal(8, (long)(await Host.TargetAsync())["waiting"]!);
        Assert.Empty((await Host.TargetAsync())["refused"]!.AsArray());
    }

    private async Task RefuseAsync()
    {
        Chart.On = (context, _) => context.Request.Method == "POST" ? Answer(context, 422) : Task.FromResult(false);
        await Host.SettleAsync(Message(1, Revisions.Patient));
        Assert.Single((await Host.TargetAsync())["refused"]!.AsArray());
        Chart.On = null;
    }

    private static AssessmentChanged Message(long revision, PatientKey patient, string text = "Platelets 9,000 /uL on 2026-03-25.") =>
        Revisions.Of(revision, Revisions.Flag(Code, text)).Of(patient);
}
