using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.IntegrationTests.Listener;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>The listener as it is deployed, which polls a server that others wrote.</summary>
[Collection(ForeignServer.Name)]
public sealed class ForeignServerSourceTests(ForeignServer server) : IAsyncLifetime
{
    private static readonly DateTimeOffset InfusedAt = new(2026, 2, 20, 6, 0, 0, TimeSpan.Zero);
    private readonly TemporaryStore store = new();
    private readonly List<ResourceVersion> seen = [];
    private ListenerHost listener = null!;

    public async ValueTask InitializeAsync()
    {
        await server.StartAsync();
        listener = await ListenerHost.StartAsync(store.Path, server.BaseUrl, settings: new()
        {
            ["Cart:Sources:main:Poll:Every"] = "00:00:00.300",
            ["Cart:Sources:main:Poll:MaxRequestsPerMinute"] = "0",
            ["Cart:Sources:main:Poll:DeepEvery"] = "00:00:01",
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (listener is not null) await listener.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task A_result_is_found_by_the_poll_and_becomes_a_fact_and_so_does_its_correction()
    {
        await server.PutAsync(Platelets("corrected", 12));
        var first = await NextOfAsync("Observation/corrected");
        Assert.Equal((12000, "corrected-patient"), (Assert.Single(first.CellCounts).Value, first.Patient?.Id));

        var standing = await server.PutAsync(Platelets("corrected", 120));
        var second = await NextOfAsync("Observation/corrected");
        Assert.Equal((120000, ForeignServer.VersionOf(standing)), (Assert.Single(second.CellCounts).Value, second.VersionId));
        Assert.True(second.LastUpdated > first.LastUpdated);
    }

    [Fact]
    public async Task A_result_that_is_entered_in_error_is_retracted()
    {
        await server.PutAsync(Platelets("withdrawn", 12));
        Assert.False((await NextOfAsync("Observation/withdrawn")).Retracted);
        await server.PutAsync(Platelets("withdrawn", 12, "entered-in-error"));
        Assert.True((await NextOfAsync("Observation/withdrawn")).Retracted);
    }

    [Fact]
    public async Task A_result_that_is_deleted_is_retracted_when_its_patient_is_read_as_a_whole()
    {
        await server.PutAsync(Clinical.Infusion("gone-patient", InfusedAt));
        var result = await server.PutAsync(Platelets("gone", 12));
        await server.PutAsync(Platelets("kept", 30, patient: "gone-patient"));
        Assert.False((await NextOfAsync("Observation/gone")).Retracted);
        await server.DeleteAsync(result);
        Assert.True((await NextOfAsync("Observation/gone")).Retracted);
        Assert.DoesNotContain(seen, version => version.Retracted && version.Resource.Reference == "Observation/kept");
    }

    [Fact]
    public async Task The_poll_asks_in_windows_and_calls_itself_complete()
    {
        await server.PutAsync(Platelets("seen", 12));
        await NextOfAsync("Observation/seen");
        await ListenerHost.UntilAsync(async () => (await PollAsync())["lastPollOutcome"]?.GetValue<string>() == "complete");
        var mark = (await PollAsync())["watermarks"]!.AsArray().Single(one => one!["query"]!.GetValue<string>().StartsWith("Observation?", StringComparison.Ordinal));
        Assert.Equal("complete", mark!["lastOutcome"]?.GetValue<string>());
    }

    private static JsonObject Platelets(string id, decimal thousands, string status = "final", string? patient = null) =>
        Clinical.Platelets(patient ?? id + "-patient", id, InfusedAt.AddDays(10), thousands, status);

    private async Task<JsonNode> PollAsync() => JsonNode.Parse((await listener.SourceAsync()).GetProperty("poll").GetRawText())!;

    /// <summary>The next version of a resource that reaches the protocol service; the server tells of those of other tests too.</summary>
    private async Task<ResourceVersion> NextOfAsync(string reference)
    {
        while (true)
        {
            var facts = await listener.NextFactsAsync();
            seen.AddRange(facts.Resources);
            if (facts.Resources.LastOrDefault(version => version.Resource.Reference == reference) is { } version) return version;
        }
    }
}
