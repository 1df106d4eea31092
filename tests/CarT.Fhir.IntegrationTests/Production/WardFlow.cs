using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>What came of a flow of results through a fault.</summary>
/// <param name="Fault">What was done to the engine.</param>
/// <param name="Acknowledged">Results that were answered 200.</param>
/// <param name="WithoutEffect">Acknowledged results that the protocol service does not hold.</param>
/// <param name="Blocked">Patients without the Flag that their results call for.</param>
/// <param name="Duplicates">Flags and CarePlans that stand twice.</param>
/// <param name="Resent">Times that the sender was not answered 200 and sent again.</param>
/// <param name="RecoveredAfter">From the end of the fault until nothing was left to do.</param>
internal sealed record FaultOutcome(string Fault, int Acknowledged, long WithoutEffect, int Blocked, long Duplicates, int Resent, TimeSpan RecoveredAfter);

/// <summary>
/// A ward while something is wrong with the engine: one patient after the other becomes severe. The sender is an EHR's own: in order, and again until it
/// has a 200.
/// </summary>
internal sealed class WardFlow(Engine engine, string name) : IAsyncDisposable
{
    private const string Severe = "severe-persistent-cytopenia";
    private static readonly TimeSpan BetweenPatients = TimeSpan.FromMilliseconds(300);
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);
    private readonly CancellationTokenSource end = new();
    private readonly List<string> patients = [];
    private readonly CancellationTokenSource gone = new();
    private int acknowledged;
    private int resent;
    private Task? sending;

    public IReadOnlyList<string> Patients => patients;

    /// <summary>Lets results flow, does something to the engine, and waits until everything is done again.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="name">Short, for the ids of the patients.</param>
    /// <param name="fault">Called while results flow; it returns when the fault is over.</param>
    public static async Task<FaultOutcome> ThroughAsync(Engine engine, string name, Func<Task> fault)
    {
        await using var flow = new WardFlow(engine, name);
        flow.Begin();
        await flow.GrowsAsync();
        await fault();
        var over = TimeProvider.System.GetTimestamp();
        await flow.GrowsAsync();
        await flow.EndAsync();
        await flow.ShownAsync();
        await engine.AtRestAsync();
        return await flow.OutcomeAsync(TimeProvider.System.GetElapsedTime(over));
    }

    public void Begin() => sending = SendAsync();

    /// <summary>Waits until three patients more are told of.</summary>
    private Task GrowsAsync()
    {
        var before = acknowledged;
        return Hospital.UntilTrueAsync(() => Task.FromResult(acknowledged >= before + 12), "results that flow");
    }

    /// <summary>No further patient is begun; what has begun is sent to its end.</summary>
    public async Task EndAsync()
    {
        await end.CancelAsync();
        await sending!;
    }

    /// <summary>Waits until the EHR shows a Flag and a CarePlan of each patient.</summary>
    public Task ShownAsync() => engine.Hospital.UntilAsync(
        $"a Flag and a CarePlan of each of {patients.Count} patients",
        _ => patients.TrueForAll(patient => engine.Hospital.FirstFlag(patient, Severe) is not null && engine.Hospital.CarePlan(patient) is not null) ? this : null,
        seconds: 120);

    public async Task<FaultOutcome> OutcomeAsync(TimeSpan recoveredAfter)
    {
        var ours = patients.ToHashSet(StringComparer.Ordinal);
        var held = await engine.CountAsync("protocol", "SELECT COUNT(*) FROM resources WHERE patient_id = ANY(@ids)", new { ids = patients.ToArray() });
        var standing = engine.Hospital.Ehr.All("Flag").Concat(engine.Hospital.Ehr.All("CarePlan")).Where(each => ours.Contains(PatientOf(each))).ToList();
        var duplicates = standing.CountBy(each => Hospital.Text(each["identifier"]![0]!["value"])!).Sum(count => count.Value - 1);
        var silent = patients.Count(patient => Hospital.Text(engine.Hospital.FirstFlag(patient, Severe)?["status"]) != "active");
        return new FaultOutcome(name, acknowledged, acknowledged - held, silent, duplicates, resent, recoveredAfter);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await gone.CancelAsync();
        if (sending is not null) await sending;
        end.Dispose();
        gone.Dispose();
    }

    private async Task SendAsync()
    {
        for (var number = 1; !end.IsCancellationRequested; number++)
        {
            var patient = $"{name}-{number}";
            patients.Add(patient);
            foreach (var resource in StoryOf(patient)) await SendAsync(resource);
            await Task.Delay(BetweenPatients, end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>What makes a patient severe.</summary>
    public static IEnumerable<JsonObject> StoryOf(string patient) =>
    [
        Clinical.Patient(patient),
        Clinical.Infusion(patient, InfusedAt),
        Clinical.Platelets(patient, patient + "-plt-1", InfusedAt.AddDays(21).AddHours(1), 12),
        Clinical.Platelets(patient, patient + "-plt-2", InfusedAt.AddDays(23).AddHours(1), 11),
    ];

    private async Task SendAsync(JsonObject resource)
    {
        var (type, id) = (Hospital.Text(resource["resourceType"])!, Hospital.Text(resource["id"])!);
        var standing = engine.Hospital.Ehr.Put(resource).ToJson().ToJsonString();
        while (!await engine.NotifyAsync($"/fhir/hook/main/{type}/{id}", standing))
        {
            if (gone.IsCancellationRequested) return;
            resent++;
            await Task.Delay(200);
        }
        acknowledged++;
    }

    private static string PatientOf(JsonObject resource) => Hospital.Text(resource["subject"]?["reference"])!["Patient/".Length..];
}
