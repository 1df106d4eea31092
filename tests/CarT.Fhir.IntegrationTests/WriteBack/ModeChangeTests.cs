using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>A target that becomes a shadow and live again.</summary>
public sealed class ModeChangeTests
{
    private readonly string store = WriteBackHost.NewStore();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_second_look_that_is_due_when_a_target_becomes_a_shadow_waits_for_it_to_be_live_again(int newRevisions)
    {
        DateTimeOffset later;
        await using (var live = await WriteBackSteps.BuildAsync(["chart"], seed: 1, [], store))
        {
            await live.WriteAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
            later = live.Now + TimeSpan.FromMinutes(5);
        }
        await using (var shadow = await WriteBackSteps.BuildAsync(["chart"], seed: 1, [], store, mode: "shadow", at: later))
        {
            await shadow.RunAsync();
            if (newRevisions > 0) await shadow.WriteAsync(Revisions.Of(2, Revisions.Flag(FlagCodes.Relapse, "Other words.")));
            await shadow.RunAsync(TimeSpan.FromMinutes(5));
            Assert.Equal(0, shadow.Chart.Count("GET", "Flag"));
        }
        await using var again = await WriteBackSteps.BuildAsync(["chart"], seed: 1, [], store, at: later + TimeSpan.FromHours(1));
        await again.RunAsync();
        Assert.True(again.Chart.Count("GET", "Flag") > 0);
    }
}
