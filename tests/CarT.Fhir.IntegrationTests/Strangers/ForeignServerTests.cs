using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.IntegrationTests.WriteBack;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Writing;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>Write-back as it is deployed, before a server that others wrote.</summary>
[Collection(ForeignServer.Name)]
public sealed class ForeignServerTests(ForeignServer server) : IAsyncLifetime
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;
    private WriteBackHost host = null!;

    public async ValueTask InitializeAsync()
    {
        await server.StartAsync();
        host = await WriteBackHost.StartAsync(server.BaseUrl, WriteBackHost.NewStore());
    }

    public ValueTask DisposeAsync() => host?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_first_write_puts_a_Flag_and_a_CarePlan_there_once_each_with_a_Provenance_of_its_version()
    {
        await host.SettleAsync(Wanted("first", 1));
        foreach (var type in new[] { "Flag", "CarePlan" })
        {
            var written = await OneAsync(type, "first");
            Assert.Equal("active", (string?)written["status"]);
            var provenance = Assert.Single(await server.ProvenancesOfAsync(written));
            Assert.Equal($"{ForeignServer.Reference(written)}/_history/{ForeignServer.VersionOf(written)}", (string?)provenance["target"]![0]!["reference"]);
            Assert.Equal(["created"], await host.OutcomesAsync(type));
        }
    }

    [Fact]
    public async Task The_same_revision_again_and_a_later_one_with_the_same_content_write_nothing()
    {
        await host.SettleAsync(Wanted("again", 1));
        var before = await VersionsAsync("again");
        await host.PublishAsync(Wanted("again", 1));
        await host.SettleAsync(Wanted("again", 2));
        await WriteBackHost.UntilAsync(() => host.Neighbours.Receipts.Count == 3, "three receipts");
        Assert.Equal(before, await VersionsAsync("again"));
    }

    [Fact]
    public async Task A_change_is_an_update_of_the_version_that_stands_and_the_history_shows_both()
    {
        await host.SettleAsync(Wanted("changed", 1));
        var first = await OneAsync("Flag", "changed");
        await host.SettleAsync(Wanted("changed", 2, Over));
        var second = await OneAsync("Flag", "changed");
        Assert.Equal(("inactive", "2026-04-09"), ((string?)second["status"], (string?)second["period"]!["end"]));
        var versions = await server.HistoryAsync(second);
        Assert.Equal(
            new[] { ForeignServer.VersionOf(first), ForeignServer.VersionOf(second) }.Order(StringComparer.Ordinal),
            versions.Select(ForeignServer.VersionOf).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await server.ProvenancesOfAsync(second)).Count);

        var stale = await server.Client.UpdateAsync("Flag", (string)first["id"]!, ForeignServer.Bytes(first), ForeignServer.VersionOf(first), CancellationToken.None);
        Assert.Equal((HttpStatusCode.PreconditionFailed, FhirVerdict.Conflict), (stale.Status, stale.Verdict));
        Assert.Equal(ForeignServer.VersionOf(second), ForeignServer.VersionOf(await OneAsync("Flag", "changed")));
    }

    [Fact]
    public async Task A_version_made_under_our_write_is_read_and_updated_in_its_turn()
    {
        await UpdateUnderEditAsync("raced", flag => flag["meta"]!["security"] = new JsonArray(new JsonObject { ["code"] = "R" }));
        var flag = await OneAsync("Flag", "raced");
        Assert.Equal(("inactive", "R"), ((string?)flag["status"], (string?)flag["meta"]!["security"]![0]!["code"]));
        Assert.Equal(3, (await server.HistoryAsync(flag)).Count);
        Assert.Equal(["created", "updated"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task P11_5_A_clinicians_edit_made_under_our_write_is_left_as_it_is()
    {
        await UpdateUnderEditAsync("edited-under", flag => flag["code"]!["text"] = "Known to the team");
        var flag = await OneAsync("Flag", "edited-under");
        Assert.Equal(("active", "Known to the team"), ((string?)flag["status"], (string?)flag["code"]!["text"]));
        Assert.Equal(["created", "left-to-clinician"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task P11_5_A_clinicians_edit_of_our_Flag_is_left_as_it_is()
    {
        await host.SettleAsync(Wanted("edited", 1));
        var edited = await EditAsync("edited", flag => flag["code"]!["text"] = "Known to the team");
        await host.SettleAsync(Wanted("edited", 2, Over));
        Assert.Equal(ForeignServer.VersionOf(edited), ForeignServer.VersionOf(await OneAsync("Flag", "edited")));
        Assert.Equal(["created", "left-to-clinician"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_Flag_that_somebody_deleted_is_not_created_again()
    {
        await server.PutAsync(new JsonObject { ["resourceType"] = "Patient", ["id"] = "deleted" });
        await host.SettleAsync(Wanted("deleted", 1));
        await server.DeleteAsync(await OneAsync("Flag", "deleted"));
        await host.SettleAsync(Wanted("deleted", 2, Revisions.Flag(Code, "Other words.")));
        Assert.Empty(await server.OfPatientAsync("Flag", "deleted"));
        Assert.Equal(["created", "closed-by-others"], await host.OutcomesAsync("Flag"));
    }

    [Theory]
    [InlineData("POST", "Flag")]
    [InlineData("POST", "CarePlan")]
    [InlineData("POST", "Provenance")]
    public async Task A_create_whose_answer_was_lost_is_not_made_twice(string method, string type)
    {
        var patient = "lost-" + type;
        await server.LoseNextAnswerAsync(method, type);
        await host.SettleAsync(Wanted(patient, 1));
        Assert.Single(await server.ProvenancesOfAsync(await OneAsync("Flag", patient)));
        Assert.Single(await server.ProvenancesOfAsync(await OneAsync("CarePlan", patient)));
        // The attempt without an answer stays in the ledger.
        Assert.Equal("created", Assert.Single(await host.OutcomesAsync(type == "CarePlan" ? type : "Flag"), outcome => outcome != "failed"));
        Assert.Equal(["provenance-recorded", "provenance-recorded"], await host.OutcomesAsync("Provenance"));
    }

    [Fact]
    public async Task An_update_whose_answer_was_lost_is_not_made_twice()
    {
        await host.SettleAsync(Wanted("lost-update", 1));
        await server.LoseNextAnswerAsync("PUT", "Flag");
        await host.SettleAsync(Wanted("lost-update", 2, Over));
        var flag = await OneAsync("Flag", "lost-update");
        Assert.Equal("inactive", (string?)flag["status"]);
        Assert.Equal((2, 2), ((await server.HistoryAsync(flag)).Count, (await server.ProvenancesOfAsync(flag)).Count));
    }

    [Fact]
    public async Task A_conditional_create_of_what_stands_there_is_answered_with_it()
    {
        await host.SettleAsync(Wanted("conditional", 1));
        var flag = await OneAsync("Flag", "conditional");
        var twin = flag.DeepClone().AsObject();
        twin.Remove("id");
        var answer = await server.Client.CreateAsync("Flag", ForeignServer.Bytes(twin), ByIdentifier(flag), CancellationToken.None);
        Assert.Equal((HttpStatusCode.OK, ForeignServer.VersionOf(flag)), (answer.Status, answer.VersionId));
        await OneAsync("Flag", "conditional");
    }

    [Fact]
    public async Task A_service_that_lost_its_store_knows_its_own_and_makes_no_second_one()
    {
        await host.SettleAsync(Wanted("restored", 1));
        var before = await VersionsAsync("restored");
        await using var next = await WriteBackHost.StartAsync(server.BaseUrl, WriteBackHost.NewStore());
        await next.SettleAsync(Wanted("restored", 1));
        Assert.Equal(before, await VersionsAsync("restored"));
        Assert.Equal(["unchanged"], await next.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task What_we_wrote_is_found_by_identifier_by_subject_by_tag_and_its_Provenance_by_target()
    {
        await host.SettleAsync(Wanted("searched", 1));
        var flag = await OneAsync("Flag", "searched");
        Assert.Equal([(string?)flag["id"]], (await server.SearchAsync("Flag?" + ByIdentifier(flag))).Select(one => (string?)one["id"]));
        var tag = "_tag=" + FhirClient.Token(IdentifierSystems.Default.Tag, IdentifierSystems.TagCode);
        Assert.Equal([(string?)flag["id"]], (await server.SearchAsync("Flag?subject=Patient/searched&" + tag)).Select(one => (string?)one["id"]));
        Assert.Empty(await server.SearchAsync("Flag?subject=Patient/searched&" + tag + "x"));
        var version = FhirClient.SearchValue($"{ForeignServer.Reference(flag)}/_history/{ForeignServer.VersionOf(flag)}");
        Assert.Single(await server.SearchAsync("Provenance?target=" + version));
    }

    private static AssessedFlag Over => Revisions.Flag(Code, until: "2026-04-10");

    private static AssessmentChanged Wanted(string patient, long revision, AssessedFlag? flag = null) =>
        Revisions.Of(revision, flag ?? Revisions.Flag(Code)).Proposing(ActivityCodes.LiverPanel).Of(new PatientKey("ward-patients", patient));

    private static string ByIdentifier(JsonObject resource) =>
        "identifier=" + FhirClient.Token((string)resource["identifier"]![0]!["system"]!, (string)resource["identifier"]![0]!["value"]!);

    private async Task<JsonObject> OneAsync(string type, string patient) => Assert.Single(await server.OfPatientAsync(type, patient));

    /// <summary>Everything of ours for a patient, with its version.</summary>
    private async Task<IReadOnlyList<string>> VersionsAsync(string patient)
    {
        var (flag, plan) = (await OneAsync("Flag", patient), await OneAsync("CarePlan", patient));
        IEnumerable<JsonObject> all = [flag, plan, .. await server.ProvenancesOfAsync(flag), .. await server.ProvenancesOfAsync(plan)];
        return [.. all.Select(one => ForeignServer.Reference(one) + " " + ForeignServer.VersionOf(one))];
    }

    private async Task<JsonObject> EditAsync(string patient, Action<JsonObject> edit)
    {
        var flag = await OneAsync("Flag", patient);
        edit(flag);
        return await server.PutAsync(flag);
    }

    /// <summary>The flag is over, and somebody edits it after we read it and before our update arrives.</summary>
    private async Task UpdateUnderEditAsync(string patient, Action<JsonObject> edit)
    {
        await host.SettleAsync(Wanted(patient, 1));
        await server.HoldNextAsync("PUT", "Flag");
        await host.PublishAsync(Wanted(patient, 2, Over));
        await server.HeldAsync();
        await EditAsync(patient, edit);
        await server.GoOnAsync();
        await host.SettledAsync(Revisions.Patient with { Id = patient }, 2);
    }
}
