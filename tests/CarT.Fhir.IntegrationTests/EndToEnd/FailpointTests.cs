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
    public static TheoryData<string> Boundaries =>
    [
        .. Failpoints.All, Failpoints.HookStored + ":4", Failpoints.WriteBackSent + ":2", Failpoints.WriteBackSettled + ":2",
    ];

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_process_killed_at_a_durable_boundary_loses_nothing_and_doubles_nothing(string failpoint)
    {
        await using var hospital = await Hospital.OpenAsync();
        var isPolled = failpoint == Failpoints.PollPageStored;
        var sender = new ResendingSender(hospital, isPolled ? [] : Story());
        await using (var doomed = await StartAsync(hospital, isPolled, failpoint))
        {
            // Nobody tells of what is to be found by asking.
            if (isPolled) Chart(hospital);
            await sender.SendAsync(doomed);
            Assert.Equal(Killed, await doomed.ExitCodeAsync(TimeSpan.FromSeconds(15)));
        }

        await using var restarted = await StartAsync(hospital, isPolled, failpoint: null);
        await sender.SendAsync(restarted);
        await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));
        await hospital.UntilAsync("the CarePlan", _ => hospital.CarePlan("p1"));
        await restarted.AtRestAsync();

        Assert.Equal(0, sender.Unanswered);
        Assert.Equal("active", Hospital.Text(Assert.Single(hospital.Flags("p1", "severe-persistent-cytopenia"))["status"]));
        Assert.Contains("haematologist-review", Hospital.Activities(hospital.CarePlan("p1")!));
        AllDistinct(hospital.Ehr.All("Flag").Concat(hospital.Ehr.All("CarePlan")).Select(each => Hospital.Text(each["identifier"]![0]!["value"])));
        AllDistinct(hospital.Ehr.All("Provenance").Select(each => Hospital.Text(each["target"]![0]!["reference"])));
        Assert.Equal(Story().Count(), await restarted.CountAsync("protocol", "SELECT COUNT(*) FROM resources"));
    }

    public void Dispose() => Directory.Delete(store, recursive: true);

    private Task<CartProcess> StartAsync(Hospital hospital, bool polls, string? failpoint)
    {
        var environment = new Dictionary<string, string>();
        if (polls) environment["CART__Sources__main__Poll__Every"] = "00:00:01";
        if (failpoint is not null) environment[CartProcess.FailpointVariable] = failpoint;
        return CartProcess.StartAsync(hospital.Base, store, environment: environment);
    }

    private static void Chart(Hospital hospital)
    {
        foreach (var resource in Story()) hospital.Ehr.Put(resource);
    }

    private static IEnumerable<JsonObject> Story() =>
    [
        Clinical.Patient("p1"),
        Clinical.Infusion("p1", InfusedAt),
        Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12),
        Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 11),
    ];

    private static void AllDistinct(IEnumerable<string?> values) =>
        Assert.Equal([], values.CountBy(value => value ?? "").Where(count => count.Value > 1));
}
