using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>That the simulation can fail: each thing it must find is done to it on purpose.</summary>
public sealed class CheckerTests
{
    // A patient of this seed has an active flag in the end.
    private const int SeedWithActiveFlag = 1;

    private static readonly FaultPlan Peace = new()
    {
        Style = PushStyle.Put,
        Apart = false,
        BusSurvives = true,
        PollEvery = TimeSpan.FromHours(4),
        DeletesByHistory = true,
        TellsTime = true,
    };

    [Theory]
    [InlineData("a message that is lost and never sent again")]
    [InlineData("an update that overwrites what a clinician did")]
    [InlineData("a flag that is created without looking")]
    [InlineData("a notification that was accepted and not stored")]
    public void A_fault_that_is_built_in_is_found(string fault)
    {
        var plan = fault switch
        {
            "a message that is lost and never sent again" => Peace with { BusLost = 0.1, Sabotage = Sabotage.StopwatchStands },
            "an update that overwrites what a clinician did" =>
                Peace with { Clinician = 0.3, Rests = 0.4, Sabotage = Sabotage.UpdatesAreUnconditional },
            "a flag that is created without looking" => Peace with { LostAfter = 0.3, Sabotage = Sabotage.CreatesAreBlind },
            _ => Peace with { CrashAtFailpoint = 0.02, Sabotage = Sabotage.EveryPushCountsAsAccepted },
        };
        for (var seed = 1; seed <= 20; seed++)
        {
            if (SeedRun.Of(seed, plan).Failure is { } failure)
            {
                Assert.Contains($"./check --seed {seed}", failure);
                return;
            }
        }
        Assert.Fail("Twenty seeds passed with " + fault);
    }

    [Fact]
    public async Task A_second_flag_a_missing_flag_and_a_change_that_nobody_told_of_are_found()
    {
        await using var world = new World(SeedWithActiveFlag, Peace);
        await world.RunAsync();
        Assert.Empty(await Checker.FaultsOfAsync(world));
        var flag = world.Ehr.All("Flag").First(one => one["status"]!.GetValue<string>() == "active");
        var twin = flag.DeepClone().AsObject();
        twin.Remove("id");
        world.Ehr.Put(twin);
        Assert.Contains(await Checker.FaultsOfAsync(world), fault => fault.StartsWith("2 Flags stand", StringComparison.Ordinal));
        foreach (var one in world.Ehr.All("Flag").Where(one => one["identifier"]!.ToJsonString() == flag["identifier"]!.ToJsonString()).ToList())
        {
            one["status"] = "entered-in-error";
            world.Ehr.Put(one);
        }
        Assert.Contains(await Checker.FaultsOfAsync(world), fault => fault.StartsWith("no Flag stands", StringComparison.Ordinal));
        var count = world.Ehr.All("Observation").First(one => one["status"]!.GetValue<string>() == "final");
        count["valueQuantity"]!["value"] = JsonValue.Create(7777m);
        world.Ehr.Put(count);
        Assert.Contains(await Checker.FaultsOfAsync(world), fault => fault.Contains("is not accounted for: the newest known is", StringComparison.Ordinal));
    }
}
