using System.Globalization;
using CarT.Fhir.Simulator.Server;
using CarT.Fhir.Standalone.Demo;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>The listener is not there while results change, and nobody sends them again: the poll at its next start finds them.</summary>
public sealed class ListenerDownTests : IDisposable
{
    private const string Severe = "severe-persistent-cytopenia";
    private const int Patients = 25;
    private const int ResultsEach = 20;

    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-45);

    private readonly string store = Directory.CreateTempSubdirectory("cart-down-").FullName;

    [Fact]
    [Trait("acceptance", "g")]
    public async Task Five_hundred_results_that_change_while_the_listener_is_down_are_all_evaluated_and_none_twice()
    {
        // A sender that gives up at once, and whose Subscriptions say nothing of it.
        await using var hospital = await Hospital.OpenAsync(options: new SimulatedEhrOptions { RetryAfter = [], FailuresUntilError = int.MaxValue });
        var port = LoopbackPort.Free();
        await using (var cart = await StartAsync(hospital, port))
        {
            await hospital.UntilAsync("active subscriptions", ehr =>
                ehr.All("Subscription").Where(subscription => Hospital.Text(subscription["status"]) == "active").ToList() is { Count: >= 5 } active ? active : null);
            for (var patient = 0; patient < Patients; patient++) Admit(hospital, patient);
            ChartResults(hospital, lowIn: IsEven);
            await hospital.UntilAsync("the first Flags", _ => HaveFlag(hospital, "active", IsEven) ? "all" : null);
            await cart.AtRestAsync();
            await cart.KillAsync();
        }

        ChartResults(hospital, lowIn: patient => !IsEven(patient));
        await hospital.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        Assert.True(hospital.Ehr.Deliveries.Failed > 0);

        await using var restarted = await StartAsync(hospital, port);
        await hospital.UntilAsync("the new Flags", _ => HaveFlag(hospital, "active", patient => !IsEven(patient)) ? "all" : null);
        await hospital.UntilAsync("the withdrawn Flags", _ => HaveFlag(hospital, "entered-in-error", IsEven) ? "all" : null);
        await restarted.AtRestAsync();

        Assert.Equal(Patients * ResultsEach, await restarted.CountAsync("protocol", "SELECT COUNT(*) FROM resources WHERE type = 'Observation' AND version_id = '2'"));
        Assert.Equal(Patients * ResultsEach, await restarted.CountAsync("protocol", "SELECT COUNT(*) FROM superseded_versions"));
        Assert.All(Enumerable.Range(0, Patients), patient => Assert.Single(hospital.Flags(IdOf(patient), Severe)));
    }

    public void Dispose() => Directory.Delete(store, recursive: true);

    private Task<CartProcess> StartAsync(Hospital hospital, int port) => CartProcess.StartAsync(hospital.Base, store, port, new Dictionary<string, string>
    {
        ["CART__Sources__main__Subscription__Style"] = "classic",
        ["CART__Sources__main__Subscription__HookUrl"] = $"http://127.0.0.1:{port}/fhir/hook/main",
        ["CART__Sources__main__Poll__Every"] = "01:00:00",
    });

    private static void Admit(Hospital hospital, int patient)
    {
        hospital.Ehr.Put(Clinical.Patient(IdOf(patient)));
        hospital.Ehr.Put(Clinical.Infusion(IdOf(patient), InfusedAt));
    }

    private static void ChartResults(Hospital hospital, Func<int, bool> lowIn)
    {
        for (var patient = 0; patient < Patients; patient++)
        {
            for (var result = 0; result < ResultsEach; result++)
            {
                // Every day from day 22 on, so that low ones are severe and persistent.
                var at = InfusedAt.AddDays(22 + result).AddHours(1);
                hospital.Ehr.Put(Clinical.Platelets(IdOf(patient), $"{IdOf(patient)}-plt-{result}", at, lowIn(patient) ? 12 : 150));
            }
        }
    }

    private static bool HaveFlag(Hospital hospital, string status, Func<int, bool> who) => Enumerable.Range(0, Patients).Where(who)
        .All(patient => hospital.Flags(IdOf(patient), Severe).Any(flag => Hospital.Text(flag["status"]) == status));

    private static bool IsEven(int patient) => patient % 2 == 0;

    private static string IdOf(int patient) => "p" + patient.ToString(CultureInfo.InvariantCulture);
}
