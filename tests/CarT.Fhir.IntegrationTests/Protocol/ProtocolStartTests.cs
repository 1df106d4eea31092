using CarT.Fhir.Hosting.Options;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>A definition that cannot be used stops the start.</summary>
public sealed class ProtocolStartTests : IDisposable
{
    private readonly TempFolder store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task A_definition_file_with_faults_stops_the_start_and_every_fault_is_named()
    {
        var path = Path.Combine(store.Path, "broken.json");
        await File.WriteAllTextAsync(path, """{ "id": 7, "version": "1" }""");

        var e = await Assert.ThrowsAsync<CartOptionsException>(() => StartAsync(path));

        Assert.True(e.Faults.Count > 3, "several faults at once");
        Assert.All(e.Faults, fault => Assert.StartsWith("Cart:Protocol: " + path, fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_protocol_that_is_neither_built_in_nor_a_file_stops_the_start_and_the_built_in_ones_are_named()
    {
        var e = await Assert.ThrowsAsync<CartOptionsException>(() => StartAsync("beyar-katz-2020"));

        Assert.Contains("beyar-katz-2022", Assert.Single(e.Faults), StringComparison.Ordinal);
    }

    private Task<ProtocolHost> StartAsync(string protocol) =>
        ProtocolHost.StartAsync(store, new WardClock(Sent.Infusion), settings: new() { ["Cart:Protocol"] = protocol });
}
