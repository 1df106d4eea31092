using System.Globalization;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>What was to wait until a time that a clock set back has put far ahead waits no longer than it was meant to.</summary>
public sealed class ClockSetBackTests
{
    private const string Pause = "UPDATE targets SET pause_reason = 'throttled', paused_until_ticks = @at";
    private const string BackOff = "UPDATE patients SET next_attempt_ticks = @at";
    private const string Lease = "UPDATE patients SET lease_owner = 'another worker', lease_until_ticks = @at";

    [Theory]
    [InlineData(Pause, "1.00:00")]
    [InlineData(BackOff, "1.00:00")]
    [InlineData(Lease, "1.00:00")]
    public async Task A_time_farther_ahead_than_any_wait_holds_nobody_up(string wait, string ahead)
    {
        await using var steps = await WaitingAsync(wait, ahead);
        await steps.RunAsync();
        Assert.Equal("active", steps.Chart.Statuses);
        Assert.Null((await steps.TargetAsync())["pausedUntil"]);
    }

    [Theory]
    [InlineData(Pause, "01:00")]
    [InlineData(BackOff, "00:12")]
    [InlineData(Lease, "00:00:30")]
    public async Task The_longest_wait_that_is_ever_set_is_waited_for(string wait, string ahead)
    {
        await using var steps = await WaitingAsync(wait, ahead);
        await steps.RunAsync();
        await steps.RunAsync(Span(ahead) - TimeSpan.FromSeconds(1));
        Assert.Equal("", steps.Chart.Statuses);
        await steps.RunAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("active", steps.Chart.Statuses);
    }

    private static async Task<WriteBackSteps> WaitingAsync(string wait, string ahead)
    {
        var steps = await WriteBackSteps.BuildAsync(["chart"]);
        await steps.WantAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        await steps.ExecuteAsync(wait, new { at = (steps.Now + Span(ahead)).UtcTicks });
        return steps;
    }

    private static TimeSpan Span(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
