using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Whatever a sender repeats or turns round, the Flag in the charting system is the one of what stands at the source.</summary>
public sealed class DeliveryEffectTests : IAsyncLifetime
{
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);
    private Hospital hospital = null!;
    private CartInProcess cart = null!;

    public async ValueTask InitializeAsync()
    {
        hospital = await Hospital.OpenAsync();
        cart = await CartInProcess.StartAsync(hospital, "none");
        await DeliverAsync(hospital.Ehr.Put(Clinical.Patient("p1")).ToJson());
        await DeliverAsync(hospital.Ehr.Put(Clinical.Infusion("p1", InfusedAt)).ToJson());
        await DeliverAsync(hospital.Ehr.Put(Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12)).ToJson());
    }

    public async ValueTask DisposeAsync()
    {
        await cart.DisposeAsync();
        await hospital.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("acceptance", "a")]
    public async Task P3_2_The_same_event_twenty_times_has_one_effect(bool asTopicEvent)
    {
        var count = hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 11)).ToJson();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => asTopicEvent ? NotifyAsync(count) : DeliverAsync(count)));

        var flag = await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));
        await SettledAsync(23);
        Assert.Single(hospital.Flags("p1", "severe-persistent-cytopenia"));
        Assert.Equal("1", Hospital.Text(flag["meta"]!["versionId"]));
        Assert.Equal("1", Hospital.Text(hospital.FirstFlag("p1", "severe-persistent-cytopenia")!["meta"]!["versionId"]));
    }

    [Theory]
    [InlineData(150, 11, true)]
    [InlineData(11, 150, false)]
    [Trait("acceptance", "b")]
    public async Task P3_2_Versions_in_reverse_order_end_in_the_newest(int earlier, int last, bool isFlagged)
    {
        var versions = Enumerable.Range(1, 6)
            .Select(i => hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), i < 6 ? earlier + i : last, i == 1 ? "final" : "corrected")).ToJson())
            .ToList();

        foreach (var version in Enumerable.Reverse(versions)) await DeliverAsync(version);

        await SettledAsync(9);
        if (isFlagged) await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));
        Assert.Equal(isFlagged ? ["active"] : [], hospital.Flags("p1", "severe-persistent-cytopenia").Select(flag => Hospital.Text(flag["status"])));
    }

    private Task DeliverAsync(JsonObject resource) =>
        SendAsync(HttpMethod.Put, $"/fhir/hook/main/{Hospital.Text(resource["resourceType"])}/{Hospital.Text(resource["id"])}", resource.ToJsonString());

    private Task NotifyAsync(JsonObject resource)
    {
        var url = $"{hospital.Base}/Observation/{Hospital.Text(resource["id"])}";
        return SendAsync(HttpMethod.Post, "/fhir/hook/main", Bodies.Notification(
            hospital.Base, "event-notification", "active", 1, [(1, url)], Bodies.Entry(url, "PUT", resource.ToJsonString())));
    }

    private async Task SendAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/fhir+json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CartProcess.HookSecret);
        using var answer = await cart.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Waits until all rows are done and nothing is on its way to the charting system.</summary>
    private Task SettledAsync(int rows) => ListenerHost.UntilAsync(async () =>
    {
        using var sources = JsonDocument.Parse(await cart.Http.GetStringAsync("/admin/sources", TestContext.Current.CancellationToken));
        using var targets = JsonDocument.Parse(await cart.Http.GetStringAsync("/admin/targets", TestContext.Current.CancellationToken));
        var counts = sources.RootElement[0].GetProperty("rows");
        return counts.TryGetProperty("done", out var done) && done.GetInt64() >= rows && targets.RootElement[0].GetProperty("waiting").GetInt64() == 0;
    });
}
