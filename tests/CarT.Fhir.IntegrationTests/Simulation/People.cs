using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.Simulator.Server;
using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>What a clinician did to our resources, and must find again.</summary>
internal sealed class Touches
{
    /// <summary>Id of a Flag and the version that the clinician made of it.</summary>
    public SortedDictionary<string, int> Flags { get; } = new(StringComparer.Ordinal);

    /// <summary>Id of a CarePlan and code of an activity, with the status that the clinician gave it.</summary>
    public SortedDictionary<string, string> Activities { get; } = new(StringComparer.Ordinal);

    public static string Key(string plan, string activity) => plan + " " + activity;
}

/// <summary>A clinician who edits what we wrote, and an operator who releases, retries and asks again.</summary>
internal sealed class People(SimulatedEhr ehr, Chance chance, Stage stage, Processes processes, SimulatedBus bus)
{
    private static readonly string[] Statuses = ["in-progress", "completed", "cancelled", "on-hold"];

    public Touches Touches { get; } = new();

    /// <summary>The clinician edits something; false when there is nothing to edit now.</summary>
    public bool Edit() => chance.Happens(0.5) ? CloseFlag() : TakeOverActivity();

    public Task OperateAsync() => chance.Next(0, 3) switch
    {
        0 => ReleaseAsync(),
        1 => RetryAsync(),
        _ => ReassessAsync(),
    };

    private bool CloseFlag()
    {
        var active = ehr.All("Flag").Where(flag => Text(flag["status"]) == "active").ToList();
        if (active.Count == 0 || PickAtTheWorstMoment(active) is not { } flag) return false;
        flag["status"] = "inactive";
        var version = ehr.Put(flag);
        Touches.Flags[version.Id] = version.Version;
        chance.Trace.Count("clinician closes a flag", version.Reference);
        return true;
    }

    private bool TakeOverActivity()
    {
        var plans = ehr.All("CarePlan").Where(plan => plan["activity"]?.AsArray().Count > 0).ToList();
        if (plans.Count == 0 || PickAtTheWorstMoment(plans) is not { } plan) return false;
        var detail = chance.Pick(plan["activity"]!.AsArray().ToList())!["detail"]!;
        var status = chance.Pick(Statuses);
        detail["status"] = status;
        var version = ehr.Put(plan);
        Touches.Activities[Touches.Key(version.Id, Text(detail["code"]!["coding"]![0]!["code"]!)!)] = status;
        chance.Trace.Count("clinician takes over an activity", version.Reference);
        return true;
    }

    // Rather one that a step has read and is about to write; now and then another.
    private JsonObject? PickAtTheWorstMoment(List<JsonObject> candidates)
    {
        var next = candidates.FindAll(resource => stage.Resting.Any(step => step.Where == $"before PUT {Text(resource["resourceType"])}/{Text(resource["id"])}"));
        if (next.Count > 0) return chance.Pick(next);
        return chance.Happens(0.01) ? chance.Pick(candidates) : null;
    }

    private async Task ReleaseAsync()
    {
        if (processes.Of("listener") is not { } listener) return;
        var refused = await listener.Get<ListenerStore>().RefusedAsync(0, 100, CancellationToken.None);
        if (refused.Count == 0) return;
        chance.Trace.Count("operator releases");
        await listener.Get<ListenerStore>().ReleaseAsync(chance.Pick(refused).Id, CancellationToken.None);
    }

    private async Task RetryAsync()
    {
        if (processes.Of("writeback") is not { } writeback) return;
        chance.Trace.Count("operator retries");
        await writeback.Get<TargetStore>().RetryAsync("main", CancellationToken.None);
    }

    private Task ReassessAsync()
    {
        chance.Trace.Count("operator asks again");
        bus.Publish(new ReassessPatient { Patient = new PatientKey("main", "p1"), Reason = "simulation" });
        return Task.CompletedTask;
    }

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
