using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>A lab result in, a Flag and a CarePlan out: over real HTTP, a real store and a real bus.</summary>
public sealed class FlowTests
{
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);

    [Theory]
    [InlineData("classic")]
    [InlineData("topic")]
    public async Task A_second_low_platelet_count_raises_the_Flag_and_the_proposals_in_the_EHR(string style)
    {
        await using var hospital = await Hospital.OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, style);

        Admit(hospital, "p1");
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12));
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 11));

        var flag = await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));
        Assert.Equal("active", Hospital.Text(flag["status"]));
        Assert.Equal(DateOnly.FromDateTime(InfusedAt.AddDays(23).AddHours(1).UtcDateTime).ToString("O"), Hospital.Text(flag["period"]!["start"]));
        Assert.Equal("urn:cart-fhir:flag", Hospital.Text(flag["identifier"]![0]!["system"]));

        var plan = await hospital.UntilAsync("the CarePlan with proposals", _ => hospital.CarePlan("p1") is { } found && Hospital.Activities(found).Any() ? found : null);
        Assert.Equal("proposal", Hospital.Text(plan["intent"]));
        Assert.Equal(
            ["cbc-with-differential", "consider-eltrombopag", "consider-romiplostim", "cytopenia-workup", "haematologist-review", "liver-panel", "ophthalmic-examination"],
            Hospital.Activities(plan));
        Assert.All(plan["activity"]!.AsArray(), activity => Assert.Equal("not-started", Hospital.Text(activity!["detail"]!["status"])));

        var provenance = await hospital.UntilAsync("a Provenance with the values behind the Flag", ehr => ehr.All("Provenance").FirstOrDefault(each =>
            each.ToJsonString().Contains("Observation/plt-2/_history/1", StringComparison.Ordinal)));
        Assert.Equal("assembler", Hospital.Text(provenance["agent"]![0]!["type"]!["coding"]![0]!["code"]));
    }

    [Fact]
    public async Task P11_3_A_corrected_value_withdraws_the_Flag_as_entered_in_error()
    {
        await using var hospital = await Hospital.OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "classic");
        Admit(hospital, "p1");
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12));
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 11));
        await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));

        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 110, "corrected"));

        await hospital.UntilAsync("the withdrawn Flag", _ =>
            hospital.Flags("p1", "severe-persistent-cytopenia").FirstOrDefault(flag => Hospital.Text(flag["status"]) == "entered-in-error"));
        Assert.Single(hospital.Flags("p1", "severe-persistent-cytopenia"));
    }

    [Fact]
    public async Task Engines_that_poll_read_the_same_Flag_and_the_assessment_from_the_facade()
    {
        await using var hospital = await Hospital.OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "classic");
        Admit(hospital, "p1");
        hospital.Ehr.Put(Clinical.Neutrophils("p1", "anc-1", InfusedAt.AddDays(21).AddHours(1), 0.3m));
        hospital.Ehr.Put(Clinical.Neutrophils("p1", "anc-2", InfusedAt.AddDays(22).AddHours(1), 0.2m));
        var flag = await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"));

        var search = JsonNode.Parse(await cart.Http.GetStringAsync("/fhir/Flag?patient=p1", TestContext.Current.CancellationToken))!;
        var found = search["entry"]!.AsArray().Select(entry => entry!["resource"]!).Single(each => Hospital.Text(each["code"]!["coding"]![0]!["code"]) == "severe-persistent-cytopenia");
        Assert.Equal(Hospital.Text(flag["identifier"]![0]!["value"]), Hospital.Text(found["identifier"]![0]!["value"]));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/fhir/Patient/p1/$assessment");
        request.Headers.Accept.ParseAdd("application/json");
        using var answer = await cart.Http.SendAsync(request, TestContext.Current.CancellationToken);
        using var assessment = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("severe-persistent-cytopenia", assessment.RootElement.GetProperty("state").GetString());
        Assert.Equal("Patient/p1", assessment.RootElement.GetProperty("patient").GetString());
    }

    [Fact]
    public async Task P13_2_A_refused_result_is_kept_and_shown_and_stops_nobody()
    {
        await using var hospital = await Hospital.OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "classic");
        Admit(hospital, "p1");
        Admit(hospital, "p2");
        var bad = Clinical.Platelets("p1", "plt-bad", InfusedAt.AddDays(21), 12);
        bad["valueQuantity"] = JsonNode.Parse("""{"value":12}""");
        hospital.Ehr.Put(bad);
        hospital.Ehr.Put(Clinical.Platelets("p2", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12));
        hospital.Ehr.Put(Clinical.Platelets("p2", "plt-2", InfusedAt.AddDays(22).AddHours(1), 12));

        await hospital.UntilAsync("the Flag of the other patient", _ => hospital.FirstFlag("p2", "severe-persistent-cytopenia"));
        await hospital.UntilAsync("the data-quality Flag", _ => hospital.FirstFlag("p1", "data-quality"));
        var refused = await cart.Http.GetStringAsync("/admin/refused", TestContext.Current.CancellationToken);
        Assert.Contains("unit-missing", refused, StringComparison.Ordinal);
        Assert.Contains("Observation/plt-bad", refused, StringComparison.Ordinal);
    }

    private static void Admit(Hospital hospital, string patient)
    {
        hospital.Ehr.Put(Clinical.Patient(patient));
        hospital.Ehr.Put(Clinical.Infusion(patient, InfusedAt));
    }
}
