using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>What a target's capability statement says, and what follows from it.</summary>
public sealed class CapabilityTests : IAsyncLifetime
{
    private ChartingSystem chart = null!;

    public async ValueTask InitializeAsync()
    {
        chart = await ChartingSystem.StartAsync();
        chart.Capabilities = ChartingSystem.Declaring(flag: "create update search-type", carePlan: "read");
    }

    public ValueTask DisposeAsync() => chart.DisposeAsync();

    [Fact]
    public async Task A_target_shows_what_its_capability_statement_says_and_when_it_last_took_something()
    {
        await using var host = await StartAsync("auto");
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        var target = await host.TargetAsync();
        Assert.Equal(("chart", "live"), ((string?)target["name"], (string?)target["mode"]));
        Assert.True((bool)target["capabilities"]!["canWriteFlag"]!);
        Assert.False((bool)target["capabilities"]!["canWriteCarePlan"]!);
        Assert.NotNull(target["lastSuccess"]);
    }

    private async Task<WriteBackHost> StartAsync(string strategy)
    {
        var host = await WriteBackHost.StartAsync(chart, WriteBackHost.NewStore(), settings: new Dictionary<string, string?> { ["Cart:Targets:chart:Strategy"] = strategy });
        await WriteBackHost.UntilAsync(async () => (string?)(await host.TargetAsync())["capabilities"]!["outcome"] == "read", "the capability statement");
        return host;
    }
}
