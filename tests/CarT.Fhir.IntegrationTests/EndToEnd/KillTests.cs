using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>What was answered 200 has its effect, once, although the process dies in between.</summary>
public sealed class KillTests : IDisposable
{
    private readonly string store = Directory.CreateTempSubdirectory("cart-kill-").FullName;

    [Fact]
    public async Task A_process_killed_after_the_200_and_before_the_Flag_writes_the_Flag_once_after_its_restart()
    {
        var outage = new Outage();
        await using var hospital = await Hospital.OpenAsync(options: new SimulatedEhrOptions { Intercept = outage.Answer });
        var infusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);
        outage.Begin();
        await using (var cart = await CartProcess.StartAsync(hospital.Base, store))
        {
            await NotifyAsync(hospital, cart, Clinical.Patient("p1"));
            await NotifyAsync(hospital, cart, Clinical.Infusion("p1", infusedAt));
            await NotifyAsync(hospital, cart, Clinical.Platelets("p1", "plt-1", infusedAt.AddDays(21).AddHours(1), 12));
            // The last answer is the 200 of the value that makes the cytopenia severe; nothing can have reached the EHR, which is away.
            await NotifyAsync(hospital, cart, Clinical.Platelets("p1", "plt-2", infusedAt.AddDays(23).AddHours(1), 11));
            await cart.KillAsync();
        }
        Assert.Empty(hospital.Flags("p1", "severe-persistent-cytopenia"));
        outage.End();

        await using var restarted = await CartProcess.StartAsync(hospital.Base, store);
        var flag = await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));
        await hospital.UntilAsync("the CarePlan", _ => hospital.CarePlan("p1"));
        await Task.Delay(2000);

        Assert.Equal("active", Hospital.Text(flag["status"]));
        Assert.Single(hospital.Flags("p1", "severe-persistent-cytopenia"));
        Assert.Contains("haematologist-review", Hospital.Activities(hospital.CarePlan("p1")!));
        Assert.Equal(hospital.Ehr.Count("Flag"), hospital.Ehr.All("Flag").Select(each => Hospital.Text(each["identifier"]![0]!["value"])).Distinct().Count());
    }

    public void Dispose() => Directory.Delete(store, recursive: true);

    /// <summary>The EHR stores the resource and sends it as it stands there, with its version.</summary>
    private static async Task NotifyAsync(Hospital hospital, CartProcess cart, JsonObject resource)
    {
        var (type, id) = (Hospital.Text(resource["resourceType"])!, Hospital.Text(resource["id"])!);
        hospital.Ehr.Put(resource);
        using var answer = await cart.SendAsync(HttpMethod.Put, $"/fhir/hook/main/{type}/{id}", hospital.Ehr.Read(type, id)!.ToJsonString(), CartProcess.HookSecret);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, answer.Content.Headers.ContentLength ?? 0);
    }

    /// <summary>While it lasts, the EHR answers every request with 503.</summary>
    private sealed class Outage
    {
        private volatile bool lasts;

        public void Begin() => lasts = true;

        public void End() => lasts = false;

        public FhirAnswer? Answer(FhirRequest request) =>
            lasts ? FhirAnswer.Outcome(HttpStatusCode.ServiceUnavailable, "transient", "The server is away") : null;
    }
}
