using System.Text.Json.Nodes;
using CarT.Fhir.Hosting;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>
/// The process is killed (kill -9) at every durable boundary between a notification and its Flag, and started again. Whatever was acknowledged has its
/// effect, nothing stands twice, and nothing waits for ever. A boundary that the story does not reach fails its test.
/// </summary>
public sealed class FailpointTests : IDisposable
{
    /// <summary>128 + SIGKILL.</summary>
    private const int Killed = 137;

    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);

    private readonly string store = Directory.CreateTempSubdirectory("cart-failpoint-").FullName;

    /// <summary>Every failpoint there is, and some once more in the middle of the story.</summary>
    public static TheoryData<string> Boundaries => [.. Failpoints.All.Except(NotReachedYet), Failpoints.HookStored + ":4", Failpoints.WriteBackSent + ":2", Failpoints.WriteBackSettled + ":2"];

    private static string[] NotReachedYet => [Failpoints.PollPageStored, Failpoints.BackfillStored];

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_process_killed_at_a_durable_boundary_loses_nothing_and_doubles_nothing(string failpoint)
    {
        await using var hospital = await Hospital.OpenAsync();
        var sender = new ResendingSender(hospital, Story());
        await using (var doomed = await CartProcess.StartAsync(
            hospital.Base, store, environment: new Dictionary<string, string> { [CartProcess.FailpointVariable] = failpoint }))
        {
            await sender.SendAsync(doomed);
            Assert.Equal(Killed, await doomed.ExitCodeAsync(TimeSpan.FromSeconds(15)));
        }

        await using var restarted = await CartProcess.StartAsync(hospital.Base, store);
        await sender.SendAsync(restarted);
        await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));
        await hospital.UntilAsync("the CarePlan", _ => hospital.CarePlan("p1"));
        await AtRestAsync(restarted);

        Assert.Equal(0, sender.Unanswered);
        Assert.Equal("active", Hospital.Text(Assert.Single(hospital.Flags("p1", "severe-persistent-cytopenia"))["status"]));
        Assert.Contains("haematologist-review", Hospital.Activities(hospital.CarePlan("p1")!));
        AllDistinct(hospital.Ehr.All("Flag").Concat(hospital.Ehr.All("CarePlan")).Select(each => Hospital.Text(each["identifier"]![0]!["value"])));
        AllDistinct(hospital.Ehr.All("Provenance").Select(each => Hospital.Text(each["target"]![0]!["reference"])));
        Assert.Equal(Story().Count(), await StoreFiles.CountAsync(store, "protocol", "SELECT COUNT(*) FROM resources"));
    }

    public void Dispose() => Directory.Delete(store, recursive: true);

    private static IEnumerable<JsonObject> Story() =>
    [
        Clinical.Patient("p1"),
        Clinical.Infusion("p1", InfusedAt),
        Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12),
        Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 11),
    ];

    /// <summary>Waits until nothing is waiting: not at the door, not on the way to the protocol, not on the way to the readers, not at the target.</summary>
    private async Task AtRestAsync(CartProcess cart)
    {
        var started = TimeProvider.System.GetTimestamp();
        string waiting;
        do
        {
            if ((waiting = await WaitingAsync(cart)).Length == 0) return;
            await Task.Delay(50);
        }
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
        Assert.Fail("It still waits: " + waiting);
    }

    private async Task<string> WaitingAsync(CartProcess cart)
    {
        var source = (await cart.AdminAsync("/admin/sources"))[0]!;
        var rows = source["rows"]!;
        var target = (await cart.AdminAsync("/admin/targets"))[0]!;
        var waiting = new Dictionary<string, long>
        {
            ["rows to be worked"] = Number(rows["received"]),
            ["rows without receipt"] = Number(rows["sent"]),
            ["rows retrying"] = Number(source["retrying"]),
            ["deliveries stuck"] = Number(source["stuckDeliveries"]),
            ["refusals"] = Number(source["openRefusals"]),
            ["patients at the target"] = Number(target["waiting"]),
            ["revisions without receipt"] = await StoreFiles.CountAsync(
                store, "protocol", "SELECT COUNT(*) FROM patients WHERE due_reason IS NOT NULL OR MIN(writeback_done_revision, gateway_done_revision) < revision"),
        };
        return string.Join(", ", waiting.Where(count => count.Value > 0).Select(count => $"{count.Value} {count.Key}"));
    }

    private static long Number(JsonNode? node) => node?.GetValue<long>() ?? 0;

    private static void AllDistinct(IEnumerable<string?> values) =>
        Assert.Equal([], values.CountBy(value => value ?? "").Where(count => count.Value > 1));
}
