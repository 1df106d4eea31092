using System.Text.Json;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>A hospital that pushes nothing: over real HTTP, a real store and a real bus, polls are the only way in.</summary>
public sealed class PollFlowTests
{
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);

    [Fact]
    [Trait("acceptance", "g")]
    public async Task Without_a_Subscription_the_second_low_platelet_count_raises_the_Flag_and_its_retraction_withdraws_it()
    {
        await using var hospital = await Hospital.OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "none", new()
        {
            ["Cart:Sources:main:Poll:Every"] = "00:00:00.300",
            ["Cart:Sources:main:Poll:MaxRequestsPerMinute"] = "0",
        });
        hospital.Ehr.Put(Clinical.Patient("p1"));
        hospital.Ehr.Put(Clinical.Infusion("p1", InfusedAt));
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12));
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 11));
        await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));

        hospital.Ehr.Delete("Observation", "plt-2");
        await hospital.UntilAsync("the withdrawn Flag", _ =>
            hospital.Flags("p1", "severe-persistent-cytopenia").FirstOrDefault(flag => Hospital.Text(flag["status"]) == "entered-in-error"));

        using var answer = JsonDocument.Parse(await cart.Http.GetStringAsync("/admin/sources", TestContext.Current.CancellationToken));
        var poll = answer.RootElement[0].GetProperty("poll");
        Assert.Equal("complete", poll.GetProperty("lastPollOutcome").GetString());
        Assert.True(poll.GetProperty("foundByPoll").GetInt64() >= 4);
        Assert.False(poll.GetProperty("catchUpWaiting").GetBoolean());
        Assert.Contains(poll.GetProperty("watermarks").EnumerateArray(), mark => mark.GetProperty("query").GetString() == "Observation/_history");
        Assert.Equal(0, hospital.Ehr.Count("Subscription"));
    }
}
