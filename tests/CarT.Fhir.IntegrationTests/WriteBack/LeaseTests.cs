using CarT.Fhir.Contracts;
using CarT.Fhir.WriteBack.Reconciliation;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>Only the worker that holds the patient's lease writes.</summary>
public sealed class LeaseTests : ChartingSystemTests
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;

    [Fact]
    public async Task A_worker_that_loses_its_lease_while_it_looks_creates_nothing()
    {
        LoseLeaseOn("GET", "Flag");
        await Host.PublishAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await NothingFollowsAsync("GET /fhir/Flag");
        Assert.Equal(0, await Host.ScalarAsync<long>("SELECT COUNT(*) FROM resources WHERE sent_hash IS NOT NULL"));
    }

    [Fact]
    public async Task A_worker_that_loses_its_lease_while_it_looks_updates_nothing()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        LoseLeaseOn("GET", "Flag");
        await Host.PublishAsync(Revisions.Of(2, Revisions.Flag(Code, "Other words.")));
        await NothingFollowsAsync("GET /fhir/Flag");
    }

    [Fact]
    public async Task A_worker_that_loses_its_lease_while_it_looks_marks_no_twin()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Chart.AddTwin(Chart.All("Flag")[0]);
        LoseLeaseOn("GET", "Flag");
        await Host.PublishAsync(Revisions.Of(2, Revisions.Flag(Code, "Other words.")));
        await NothingFollowsAsync("GET /fhir/Flag");
    }

    [Fact]
    public async Task A_worker_that_loses_its_lease_between_two_Provenances_sends_no_second()
    {
        LoseLeaseOn("GET", "Provenance");
        Chart.On = Both(OnceFor("POST", "Provenance", (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        }), Chart.On!);
        await Host.PublishAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await NothingFollowsAsync("GET /fhir/Provenance");
    }

    private void LoseLeaseOn(string method, string type) => Chart.On = OnceFor(method, type, async (_, answer) =>
    {
        await Host.ExecuteAsync($"UPDATE patients SET lease_owner = 'another worker', lease_until_ticks = {(Host.Time.GetUtcNow() + PatientReconciler.Lease).UtcTicks}");
        await answer();
    });

    private static Func<HttpContext, Func<Task>, Task<bool>> Both(Func<HttpContext, Func<Task>, Task<bool>> first, Func<HttpContext, Func<Task>, Task<bool>> second) =>
        async (context, answer) => await first(context, answer) || await second(context, answer);

    private async Task NothingFollowsAsync(string request)
    {
        await WriteBackHost.UntilAsync(
            async () => await Host.ScalarAsync<string>("SELECT lease_owner FROM patients") == "another worker", "a lost lease");
        await Task.Delay(1200);
        Assert.StartsWith(request, Chart.Requests.Last(), StringComparison.Ordinal);
    }
}
