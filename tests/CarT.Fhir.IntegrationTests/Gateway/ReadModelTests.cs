using System.Net;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.IntegrationTests.Protocol;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Gateway;

/// <summary>What the read model makes of revisions.</summary>
public sealed class ReadModelTests : IAsyncLifetime
{
    private GatewayHost gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task The_newest_revision_wins_and_an_older_one_is_acknowledged_too()
    {
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 2, Revisions.Low(Sent.P1)), Revisions.Of(Sent.P1, 1, Sent.CarT(Sent.P1)));

        Assert.Equal(2, await gateway.QueryAsync<long>("SELECT revision FROM patients"));
        Assert.Equal(1, (int)(await gateway.JsonAsync("/fhir/Flag"))["total"]!);
    }

    [Fact]
    public async Task The_receipt_of_an_older_revision_tells_which_revision_stands_here()
    {
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 7, Revisions.Low(Sent.P1)), Revisions.Of(Sent.P1, 2, Sent.CarT(Sent.P1)));

        Assert.Equal(7, gateway.LastReceipt);
    }

    [Fact]
    public async Task A_revision_with_the_number_of_the_one_that_stands_and_another_content_replaces_it()
    {
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 7, Sent.CarT(Sent.P1)), Revisions.Of(Sent.P1, 7, Revisions.Low(Sent.P1)));

        Assert.Equal(States.SeverePersistentCytopenia, await gateway.QueryAsync<string>("SELECT state FROM patients"));
    }

    [Fact]
    public async Task A_revision_that_leaves_a_resource_as_it_was_makes_no_new_version()
    {
        var revision = Revisions.Of(Sent.P1, 1, Revisions.Low(Sent.P1));
        await gateway.ApplyAsync(revision, revision with { Revision = 2 }, revision with { Revision = 2 });

        Assert.Equal(1, await gateway.QueryAsync<long>("SELECT MAX(version) FROM resources"));
        Assert.Equal(2, await gateway.QueryAsync<long>("SELECT revision FROM patients"));
    }

    [Fact]
    public async Task P11_3_A_flag_whose_evidence_was_retracted_is_shown_as_entered_in_error()
    {
        var first = Revisions.Of(Sent.P1, 1, Revisions.Low(Sent.P1));
        await gateway.ApplyAsync(first);
        var second = Revisions.After(first, Sent.P1, 2, ["Observation/a", "Observation/b"], Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "c", 22, 200_000));
        Assert.Contains(second.Withdrawn, flag => flag.Code == FlagCodes.SeverePersistentCytopenia);
        await gateway.ApplyAsync(second);

        var flag = (await gateway.JsonAsync("/fhir/Flag?patient=p1"))["entry"]!.AsArray()
            .Select(entry => entry!["resource"]!).Single(resource => (string?)resource["code"]!["coding"]![0]!["code"] == FlagCodes.SeverePersistentCytopenia);
        Assert.Equal("entered-in-error", (string?)flag["status"]);
        Assert.Equal("2", (string?)flag["meta"]!["versionId"]);
    }

    [Fact]
    public async Task P11_3_An_interval_that_is_over_when_first_seen_is_not_shown()
    {
        var revision = Revisions.Of(Sent.P1, 1, Revisions.Low(Sent.P1));
        var over = revision with
        {
            Assessment = revision.Assessment with
            {
                Flags = [.. revision.Assessment.Flags.Select(flag => flag with { Status = FlagStatuses.Inactive, Until = new DateOnly(2026, 3, 28) })],
            },
        };

        await gateway.ApplyAsync(over);

        Assert.Equal(0, (int)(await gateway.JsonAsync("/fhir/Flag"))["total"]!);
    }

    [Fact]
    public async Task A_care_plan_keeps_the_time_of_its_creation_and_ends_when_its_episode_is_no_more()
    {
        var first = Revisions.Of(Sent.P1, 1, Sent.CarT(Sent.P1));
        await gateway.ApplyAsync(first);
        var created = (string?)(await gateway.JsonAsync("/fhir/CarePlan"))["entry"]![0]!["resource"]!["created"];

        var later = Revisions.Of(Sent.P1, 2, Revisions.Low(Sent.P1));
        await gateway.ApplyAsync(later with { Assessment = later.Assessment with { AsOf = Revisions.AsOf.AddDays(1) } });
        var plan = (await gateway.JsonAsync("/fhir/CarePlan"))["entry"]![0]!["resource"]!;
        Assert.Equal(created, (string?)plan["created"]);
        Assert.Equal("active", (string?)plan["status"]);

        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 3));
        Assert.Equal("revoked", (string?)(await gateway.JsonAsync("/fhir/CarePlan"))["entry"]![0]!["resource"]!["status"]);
    }

    [Fact]
    public async Task A_message_that_breaks_the_contract_stops_nobody()
    {
        var sound = Revisions.Of(Sent.P1, 1, Sent.CarT(Sent.P1));
        await gateway.SendAsync(sound with { FlagOrdinals = [.. sound.FlagOrdinals, 1] });
        await gateway.ApplyAsync(Revisions.Of(Sent.P2, 1, Sent.CarT(Sent.P2)));

        Assert.Equal("p2", await gateway.QueryAsync<string>("SELECT id FROM patients"));
    }

    [Fact]
    public async Task A_report_of_write_back_that_comes_twice_is_one_row_of_the_audit()
    {
        var settled = new WriteBackSettled
        {
            Patient = Sent.P1,
            Target = "main",
            Revision = 1,
            Outcome = "created",
            Resource = "Flag/7",
            Identifier = "5f0c6c1e-2b7a-5d0e-9a41-7c1f3b0e9a01",
            At = Revisions.AsOf,
        };
        await gateway.SendAsync(settled);
        await gateway.SendAsync(settled);
        await gateway.SendAsync(settled with { Outcome = "unchanged", Revision = 2 });

        await gateway.UntilAsync(async () => await gateway.QueryAsync<long>("SELECT COUNT(*) FROM audit WHERE outcome = 'unchanged'") == 1, "report");
        Assert.Equal(2, await gateway.QueryAsync<long>("SELECT COUNT(*) FROM audit"));
    }

    [Fact]
    public async Task The_overview_shows_each_patient_and_loads_nothing_from_anywhere()
    {
        var script = new PatientKey("main", "<script>");
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 1, Revisions.Low(Sent.P1)), Revisions.Of(script, 1, Sent.CarT(script)));

        var answer = await gateway.GetAsync("/");
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("<td>Patient/p1</td><td>main</td><td>severe-persistent-cytopenia</td><td class=\"n\">30</td>", html, StringComparison.Ordinal);
        Assert.Contains("<code>severe-persistent-cytopenia</code>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
    }
}
