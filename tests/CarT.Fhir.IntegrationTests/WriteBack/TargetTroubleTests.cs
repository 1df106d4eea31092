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

    [Fact]
    public async Task An_operator_has_what_was_refused_tried_again()
    {
        await RefuseAsync();
        var (status, body) = await Host.RetryAsync("chart");
        Assert.Equal((HttpStatusCode.Accepted, 1), (status, (int)body["patients"]!));
        await WriteBackHost.UntilAsync(() => Chart.All("Flag").Count == 1, "the flag");
        await Host.SettledAsync(Revisions.Patient, 1);
        Assert.Equal(0, (int)(await Host.RetryAsync("chart")).Body["patients"]!);
        Assert.Equal(["refused", "created"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task An_operator_ends_a_pause_when_the_reason_for_it_is_gone()
    {
        Chart.On = (context, _) => Answer(context, 403);
        await Host.PublishAsync(Message(1, Revisions.Patient));
        await WriteBackHost.UntilAsync(async () => (string?)(await Host.TargetAsync())["pauseReason"] == "forbidden", "a pause");
        Chart.On = null;
        Assert.Equal(1, (int)(await Host.RetryAsync("chart")).Body["patients"]!);
        await Host.SettledAsync(Revisions.Patient, 1);
    }

    [Fact]
    public async Task A_retry_names_a_target_and_needs_a_secret()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Host.RetryAsync("elsewhere")).Status);
        using var http = new HttpClient(new SocketsHttpHandler());
        using var answer = await http.PostAsync(Host.Url + "/admin/targets/chart/retry", null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_same_revision_sent_again_has_what_was_refused_tried_again()
    {
        await RefuseAsync();
        await Host.PublishAsync(Message(1, Revisions.Patient));
        await WriteBackHost.UntilAsync(() => Chart.All("Flag").Count == 1, "the flag");
    }

    [Fact]
    public async Task Another_content_under_the_revision_that_we_hold_is_the_sender_starting_anew_and_is_written()
    {
        await Host.SettleAsync(Message(1, Revisions.Patient));
        await Host.PublishAsync(Message(1, Revisions.Patient, "Words of a store that was restored."));
        await WriteBackHost.UntilAsync(() => Chart.All("Flag")[0]["text"]!["div"]!.ToString().Contains("restored", StringComparison.Ordinal), "the new words");
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
