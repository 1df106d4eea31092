using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Reconciliation;
using Hl7.Fhir.Model;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>
/// A store that was restored from a backup does not know what was written since. Our Provenance in the charting system does: what we wrote goes on, and what
/// a clinician made of it stays (P11.5).
/// </summary>
[Trait(TestStore.Trait, TestStore.SqliteOnly)]
public sealed class ForgottenWritesTests : IAsyncLifetime
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;
    private readonly string store = WriteBackHost.NewStore();
    private readonly string backup = WriteBackHost.NewStore();
    private ChartingSystem chart = null!;

    public async ValueTask InitializeAsync() => chart = await ChartingSystem.StartAsync();

    public ValueTask DisposeAsync() => chart.DisposeAsync();

    [Fact]
    public async Task After_a_restore_a_Flag_that_we_changed_since_the_backup_goes_on()
    {
        await ChangedSinceTheBackupAsync();
        await using var restored = await WriteBackHost.StartAsync(chart, backup);
        await restored.SettleAsync(Over);
        Assert.Equal("inactive", StatusOfFlag);
        Assert.Equal(["created", "updated"], await restored.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task P11_5_After_a_restore_a_clinicians_edit_of_what_we_wrote_since_the_backup_is_left_as_it_is()
    {
        await ChangedSinceTheBackupAsync();
        chart.Edit(chart.All("Flag")[0], flag => flag["code"]!["text"] = "Known to the team");
        await LeftToClinicianAsync();
    }

    [Fact]
    public async Task P11_5_A_Provenance_of_another_system_does_not_make_an_edit_ours()
    {
        await ChangedSinceTheBackupAsync();
        chart.Edit(chart.All("Flag")[0], flag => flag["code"]!["text"] = "Known to the team");
        chart.AddTwin(new JsonObject
        {
            ["resourceType"] = "Provenance",
            ["target"] = new JsonArray(new JsonObject { ["reference"] = $"Flag/{(string?)chart.All("Flag")[0]["id"]}/_history/3" }),
            ["recorded"] = TimeProvider.System.GetUtcNow().ToString("O"),
            ["agent"] = new JsonArray(new JsonObject { ["who"] = new JsonObject { ["display"] = "The charting system" } }),
        });
        await LeftToClinicianAsync();
    }

    [Fact]
    public async Task Where_the_charting_system_has_no_Provenance_a_Flag_that_differs_is_left_as_it_is()
    {
        await ChangedSinceTheBackupAsync();
        chart.On = (context, _) =>
        {
            var isProvenance = context.Request.Path.Value!.EndsWith("/Provenance", StringComparison.Ordinal);
            if (isProvenance) context.Response.StatusCode = 404;
            return Task.FromResult(isProvenance);
        };
        await LeftToClinicianAsync();
    }

    [Fact]
    public async Task While_the_charting_system_does_not_tell_nothing_is_decided()
    {
        await ChangedSinceTheBackupAsync();
        chart.On = (context, _) =>
        {
            var isSearch = context.Request is { Method: "GET", Path.Value: "/fhir/Provenance" };
            if (isSearch) context.Response.StatusCode = 500;
            return Task.FromResult(isSearch);
        };
        await using var restored = await WriteBackHost.StartAsync(chart, backup);
        await restored.PublishAsync(Over);
        await WriteBackHost.UntilAsync(async () => (await restored.OutcomesAsync("Flag")).Contains("failed"), "a failed attempt");
        chart.On = null;
        await restored.SettledAsync(Revisions.Patient, 3);
        Assert.Equal("inactive", StatusOfFlag);
        Assert.DoesNotContain("left-to-clinician", await restored.OutcomesAsync("Flag"));
    }

    [Theory]
    [InlineData(null, "cart-fhir", 10, true)]
    [InlineData(null, "cart-fhir", 3600, false)]
    [InlineData(null, "another", 10, false)]
    [InlineData("urn:another:service", "cart-fhir", 10, false)]
    public void A_version_is_ours_when_our_own_Provenance_is_of_its_time_since_versions_of_some_servers_never_change(string? system, string agent, int secondsApart, bool ours)
    {
        var written = new DateTimeOffset(2026, 3, 25, 8, 0, 0, TimeSpan.Zero);
        var systems = IdentifierSystems.Default;
        var provenance = (Provenance)FhirJson.Read(Encoding.UTF8.GetBytes(new JsonObject
        {
            ["resourceType"] = "Provenance",
            ["target"] = new JsonArray(new JsonObject { ["reference"] = "Flag/1/_history/1" }),
            ["recorded"] = written.AddSeconds(secondsApart).ToString("O"),
            ["agent"] = new JsonArray(new JsonObject
            {
                ["who"] = new JsonObject { ["identifier"] = new JsonObject { ["system"] = system ?? systems.Service, ["value"] = agent } },
            }),
        }.ToJsonString())).Resource!;
        Assert.Equal(ours, new ForgottenWrites(systems).Tells(provenance, new FoundResource("1", "1", written, "active", "{}")));
    }

    private static CarT.Fhir.Contracts.Messages.AssessmentChanged Over => Revisions.Of(3, Revisions.Flag(Code, until: "2026-04-10"));

    private string? StatusOfFlag => (string?)Assert.Single(chart.All("Flag"))["status"];

    /// <summary>The Flag is created, the store backed up, and the Flag changed in what its fingerprint counts.</summary>
    private async Task ChangedSinceTheBackupAsync()
    {
        await using var first = await WriteBackHost.StartAsync(chart, store);
        await first.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await WriteBackHost.UntilAsync(() => chart.All("Provenance").Count == 1, "the first Provenance");
        foreach (var file in Directory.GetFiles(store, "writeback.db*")) File.Copy(file, Path.Combine(backup, Path.GetFileName(file)));
        await first.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-02")));
        await WriteBackHost.UntilAsync(() => chart.All("Provenance").Count == 2, "the second Provenance");
    }

    private async Task LeftToClinicianAsync()
    {
        var before = chart.All("Flag")[0].ToJsonString();
        await using var restored = await WriteBackHost.StartAsync(chart, backup);
        await restored.SettleAsync(Over);
        Assert.Equal(before, Assert.Single(chart.All("Flag")).ToJsonString());
        Assert.Equal(["created", "left-to-clinician"], await restored.OutcomesAsync("Flag"));
    }
}
