using System.Net;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

public sealed class TargetTests : ChartingSystemTests
{
    private static readonly PatientKey Other = new("ward-patients", "p2");

    [Fact]
    public async Task A_server_that_asks_for_a_pause_is_left_alone_until_the_pause_is_over()
    {
        Chart.On = async (context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "120";
            await context.Response.WriteAsync("");
            return true;
        };
        await Host.PublishAsync(Message(1, Revisions.Patient));
        await WriteBackHost.UntilAsync(async () => (await Host.TargetAsync())["pausedUntil"] is not null, "a pause");
        Chart.On = null;
        var requests = Chart.Requests.Count;
        await Host.PublishAsync(Message(1, Other));
        await WriteBackHost.UntilAsync(async () => (long)(await Host.TargetAsync())["waiting"]! == 2, "two patients waiting");
        await Task.Delay(1200);
        Assert.Equal(requests, Chart.Requests.Count);
        Assert.Equal("throttled", (string?)(await Host.TargetAsync())["pauseReason"]);

        Host.Time.Advance(TimeSpan.FromSeconds(121));
        await Host.SettledAsync(Revisions.Patient, 1);
        await Host.SettledAsync(Other, 1);
        Assert.Equal(2, Chart.All("Flag").Count);
        Assert.Null((await Host.TargetAsync())["pausedUntil"]);
        Assert.Equal(0, (long)(await Host.TargetAsync())["waiting"]!);
    }

    [Fact]
    public async Task An_expired_credential_pauses_the_target_and_refuses_nobody()
    {
        Chart.On = (context, _) =>
        {
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        await Host.PublishAsync(Message(1, Revisions.Patient));
        await WriteBackHost.UntilAsync(async () => (string?)(await Host.TargetAsync())["pauseReason"] == "unauthorized", "a pause");
        Assert.Empty((await Host.TargetAsync())["refused"]!.AsArray());
        Chart.On = null;
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        await Host.SettledAsync(Revisions.Patient, 1);
        Assert.Single(Chart.All("Flag"));
    }

    [Fact]
    public async Task A_refused_write_is_kept_shown_and_tried_again_only_with_a_new_revision()
    {
        Chart.On = async (context, _) =>
        {
            if (context.Request.Method != "POST") return false;
            context.Response.StatusCode = 422;
            await context.Response.WriteAsync("""{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"business-rule","diagnostics":"Flag.author is needed"}]}""");
            return true;
        };
        await Host.SettleAsync(Message(1, Revisions.Patient));
        var refused = Assert.Single((await Host.TargetAsync())["refused"]!.AsArray())!;
        Assert.Equal((422, "Flag", "error:business-rule"), ((int)refused["status"]!, (string?)refused["type"], (string?)refused["issueCodes"]![0]));
        Assert.Contains("Flag.author is needed", (string?)refused["detail"], StringComparison.Ordinal);
        await WriteBackHost.UntilAsync(() => Host.Neighbours.Settled.Any(message => message is { Outcome: "refused", Resource: null }), "a refusal told");
        await Task.Delay(1200);
        Assert.Equal(1, Chart.Count("POST", "Flag"));

        Chart.On = null;
        await Host.SettleAsync(Message(2, Revisions.Patient));
        Assert.Single(Chart.All("Flag"));
        Assert.Empty((await Host.TargetAsync())["refused"]!.AsArray());
    }

    [Fact]
    public async Task A_server_error_is_tried_again_later_and_holds_up_no_other_resource()
    {
        var failing = true;
        Chart.On = (context, _) =>
        {
            if (!failing || context.Request.Method != "POST" || !context.Request.Path.Value!.EndsWith("/Flag", StringComparison.Ordinal)) return Task.FromResult(false);
            context.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        await Host.PublishAsync(Message(1, Revisions.Patient).Proposing(ActivityCodes.LiverPanel));
        await WriteBackHost.UntilAsync(() => Chart.All("CarePlan").Count == 1, "the care plan");
        Assert.Empty(Chart.All("Flag"));
        failing = false;
        await Host.SettledAsync(Revisions.Patient, 1);
        Assert.Single(Chart.All("Flag"));
        Assert.Single(Chart.All("CarePlan"));
    }

    [Fact]
    public async Task The_targets_are_shown_to_nobody_without_a_secret()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var answer = await http.GetAsync(Host.Url + "/admin/targets");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_patient_of_a_namespace_without_a_target_is_acknowledged_and_written_nowhere()
    {
        var elsewhere = new PatientKey("another-hospital", "p1");
        await Host.PublishAsync(Message(1, elsewhere));
        await WriteBackHost.UntilAsync(() => Host.Neighbours.Receipts.Any(receipt => receipt.Patient == elsewhere), "a receipt");
        Assert.Equal(0, await Host.ScalarAsync<long>("SELECT COUNT(*) FROM patients"));
        Assert.Empty(Chart.Requests);
    }

    [Fact]
    public async Task A_message_that_breaks_its_contract_gets_no_receipt_and_blocks_nobody()
    {
        await Host.PublishAsync(Message(1, Revisions.Patient) with { FlagOrdinals = [] });
        await Host.SettleAsync(Message(1, Other));
        Assert.DoesNotContain(Host.Neighbours.Receipts, receipt => receipt.Patient == Revisions.Patient);
        Assert.Equal(1, await Host.ScalarAsync<long>("SELECT COUNT(*) FROM patients"));
    }

    private static AssessmentChanged Message(long revision, PatientKey patient) =>
        Revisions.Of(revision, Revisions.Flag(FlagCodes.SeverePersistentCytopenia)).Of(patient);
}
