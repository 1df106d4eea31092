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

    [Fact]
    public async Task Strategy_auto_sends_no_care_plan_to_a_target_that_says_it_takes_none_and_the_plan_waits()
    {
        await using var host = await StartAsync("auto");
        await host.PublishAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)).Proposing(ActivityCodes.LiverPanel));
        await WriteBackHost.UntilAsync(() => chart.All("Provenance").Count == 1, "the flag and its provenance");
        await WriteBackHost.UntilAsync(async () => await host.ScalarAsync<long>("SELECT attempts FROM patients") > 0, "an attempt");
        Assert.Equal(0, chart.Count("GET", "CarePlan") + chart.Count("POST", "CarePlan"));
        var target = await host.TargetAsync();
        Assert.Equal(("not-writable", 1), ((string?)target["pauseReason"], (int)target["waiting"]!));
        Assert.Null(target["pausedUntil"]);
    }

    [Fact]
    public async Task Strategy_flag_careplan_writes_whatever_the_capability_statement_says()
    {
        await using var host = await StartAsync("flag-careplan");
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)).Proposing(ActivityCodes.LiverPanel));
        Assert.Single(chart.All("CarePlan"));
        Assert.Null((await host.TargetAsync())["pauseReason"]);
    }

    private async Task<WriteBackHost> StartAsync(string strategy)
    {
        var host = await WriteBackHost.StartAsync(chart, WriteBackHost.NewStore(), settings: new Dictionary<string, string?> { ["Cart:Targets:chart:Strategy"] = strategy });
        await WriteBackHost.UntilAsync(async () => (string?)(await host.TargetAsync())["capabilities"]!["outcome"] == "read", "the capability statement");
        return host;
    }
}
