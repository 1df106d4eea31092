using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>One notification of an infusion, and everything else only in the EHR: the history is fetched before anything is written back.</summary>
public sealed class FirstSightTests
{
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-60);
    private readonly List<string> written = [];
    private readonly List<string> asked = [];
    private Func<FhirRequest, FhirAnswer?> answers = _ => null;

    [Fact]
    public async Task P11_3_A_patient_with_a_past_gets_the_Flags_that_are_active_now_each_written_once_and_none_that_is_over()
    {
        await using var hospital = await OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "none");
        AddPast(hospital, "p1");
        AddPast(hospital, "p2");
        hospital.Ehr.Put(Clinical.Neutrophils("p2", "p2-now-1", InfusedAt.AddDays(56), 0.3m));
        hospital.Ehr.Put(Clinical.Neutrophils("p2", "p2-now-2", InfusedAt.AddDays(59), 0.2m));

        await NotifyAsync(hospital, cart, Clinical.Infusion("p1", InfusedAt));
        await NotifyAsync(hospital, cart, Clinical.Infusion("p2", InfusedAt));
        var first = await WrittenFlagsAsync(hospital, cart, "p1");
        var second = await WrittenFlagsAsync(hospital, cart, "p2");

        Assert.DoesNotContain("severe-persistent-cytopenia", first.Active);
        Assert.Contains("severe-persistent-cytopenia", first.Over);
        Assert.Contains("severe-persistent-cytopenia", second.Active);
        Assert.Equal(first.Active.Count + second.Active.Count, written.Count(path => path.StartsWith("Flag", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task While_the_EHR_does_not_give_the_history_nothing_is_written_and_operators_see_it()
    {
        await using var hospital = await OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "none");
        answers = request => IsSearch(request, "Observation") ? FhirAnswer.Outcome(HttpStatusCode.InternalServerError, "exception", "Not now") : null;
        AddPast(hospital, "p1");
        // Labs came by push before; alone they look like a severe cytopenia that goes on.
        await NotifyAsync(hospital, cart, hospital.Ehr.Read("Observation", "p1-low-1")!);
        await NotifyAsync(hospital, cart, hospital.Ehr.Read("Observation", "p1-low-2")!);
        await NotifyAsync(hospital, cart, Clinical.Infusion("p1", InfusedAt));
        var waiting = await UntilBackfillsAsync(cart, view => view.GetProperty("fault").ValueKind == JsonValueKind.String);
        Assert.Equal((1, "Observation: status 500"), (waiting.GetProperty("waiting").GetInt32(), waiting.GetProperty("fault").GetString()));
        Assert.Empty(written);

        answers = _ => null;
        var flags = await WrittenFlagsAsync(hospital, cart, "p1");

        Assert.DoesNotContain("severe-persistent-cytopenia", flags.Active);
        Assert.Equal(flags.Active.Count, written.Count(path => path.StartsWith("Flag", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_search_that_the_EHR_refuses_is_a_gap_that_is_shown_and_does_not_stop_the_rest()
    {
        await using var hospital = await OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "none");
        answers = request => IsSearch(request, "MedicationStatement") ? FhirAnswer.Outcome(HttpStatusCode.Forbidden, "forbidden", "Not for you") : null;
        hospital.Ehr.Put(Clinical.Neutrophils("p1", "now-1", InfusedAt.AddDays(56), 0.3m));
        hospital.Ehr.Put(Clinical.Neutrophils("p1", "now-2", InfusedAt.AddDays(59), 0.2m));

        await NotifyAsync(hospital, cart, Clinical.Infusion("p1", InfusedAt));

        Assert.Contains("severe-persistent-cytopenia", (await WrittenFlagsAsync(hospital, cart, "p1")).Active);
        var ended = await UntilBackfillsAsync(cart, view => view.GetProperty("waiting").GetInt32() == 0);
        Assert.Equal(1, ended.GetProperty("incomplete").GetInt32());
    }

    [Fact]
    public async Task An_infusion_that_is_retracted_while_its_history_is_fetched_leaves_nothing()
    {
        await using var hospital = await OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "none");
        answers = request => IsSearch(request, "Observation") ? FhirAnswer.Outcome(HttpStatusCode.InternalServerError, "exception", "Not now") : null;
        hospital.Ehr.Put(Clinical.Neutrophils("p1", "now-1", InfusedAt.AddDays(56), 0.3m));
        hospital.Ehr.Put(Clinical.Neutrophils("p1", "now-2", InfusedAt.AddDays(59), 0.2m));
        await NotifyAsync(hospital, cart, Clinical.Infusion("p1", InfusedAt));
        await UntilBackfillsAsync(cart, view => view.GetProperty("fault").ValueKind == JsonValueKind.String);

        var retracted = Clinical.Infusion("p1", InfusedAt);
        retracted["status"] = "entered-in-error";
        await NotifyAsync(hospital, cart, retracted);
        answers = _ => null;
        await UntilBackfillsAsync(cart, view => view.GetProperty("waiting").GetInt32() == 0);
        await cart.AtRestAsync();

        Assert.Equal("no-infusion", JsonNode.Parse((await cart.AssessmentAsync("p1"))!)!["state"]!.GetValue<string>());
        Assert.Empty(written);
    }

    [Fact]
    public async Task An_earlier_infusion_in_the_history_is_followed_back_to_its_own_labs()
    {
        await using var hospital = await OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "none");
        var earlier = Clinical.Infusion("p1", InfusedAt.AddDays(-200));
        earlier["id"] = "p1-cart-before";
        hospital.Ehr.Put(earlier);
        hospital.Ehr.Put(Clinical.Platelets("p1", "before", InfusedAt.AddDays(-190), 15));

        await NotifyAsync(hospital, cart, Clinical.Infusion("p1", InfusedAt));
        await WrittenFlagsAsync(hospital, cart, "p1");

        var assessment = JsonNode.Parse((await cart.AssessmentAsync("p1"))!)!;
        Assert.Equal(2, assessment["episode"]!["number"]!.GetValue<int>());
        var sources = await SourceAsync(cart);
        Assert.Equal(0, sources.GetProperty("backfills").GetProperty("waiting").GetInt32());
        Assert.Contains(asked, query => query.Contains("date=ge" + Day(-221), StringComparison.Ordinal));
    }

    private static string Day(int fromInfusion) => DateOnly.FromDateTime(InfusedAt.UtcDateTime).AddDays(fromInfusion).ToString("O");

    private static bool IsSearch(FhirRequest request, string type) => request.Method == "GET" && request.Path == type && request.Query.Contains("patient=", StringComparison.Ordinal);

    /// <summary>Platelets that were low after day 21 and have been normal since day 26.</summary>
    private static void AddPast(Hospital hospital, string patient)
    {
        hospital.Ehr.Put(Clinical.Patient(patient));
        hospital.Ehr.Put(Clinical.Platelets(patient, patient + "-low-1", InfusedAt.AddDays(21), 12));
        hospital.Ehr.Put(Clinical.Platelets(patient, patient + "-low-2", InfusedAt.AddDays(23), 11));
        for (var day = 26; day < 60; day += 2)
        {
            hospital.Ehr.Put(Clinical.Platelets(patient, $"{patient}-plt-{day}", InfusedAt.AddDays(day), 180));
            hospital.Ehr.Put(Clinical.Hemoglobin(patient, $"{patient}-hb-{day}", InfusedAt.AddDays(day), 12));
            if (patient == "p1" || day < 50) hospital.Ehr.Put(Clinical.Neutrophils(patient, $"{patient}-anc-{day}", InfusedAt.AddDays(day), 3));
        }
    }

    private static async Task NotifyAsync(Hospital hospital, CartInProcess cart, JsonObject resource)
    {
        var (type, id) = (Hospital.Text(resource["resourceType"])!, Hospital.Text(resource["id"])!);
        hospital.Ehr.Put(resource);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/fhir/hook/main/{type}/{id}");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + CartProcess.HookSecret);
        request.Content = new StringContent(hospital.Ehr.Read(type, id)!.ToJsonString(), System.Text.Encoding.UTF8, "application/fhir+json");
        using var answer = await cart.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>The flags of the assessment once all is at rest; those active are what stands in the EHR, each in its first version.</summary>
    private static async Task<(List<string> Active, List<string> Over)> WrittenFlagsAsync(Hospital hospital, CartInProcess cart, string patient)
    {
        // A back-fill that is asked for, and a patient who is held back, count as work.
        await cart.AtRestAsync(seconds: 60);
        var flags = JsonNode.Parse((await cart.AssessmentAsync(patient))!)!["flags"]!.AsArray().ToLookup(
            flag => flag!["status"]!.GetValue<string>() == "active", flag => flag!["code"]!.GetValue<string>());
        var standing = hospital.Ehr.All("Flag").Where(flag => Hospital.Text(flag["subject"]!["reference"]) == "Patient/" + patient).ToList();
        Assert.Equal(flags[true].Order(), standing.Select(flag => Hospital.Text(flag["code"]!["coding"]![0]!["code"])!).Order());
        Assert.All(standing, flag => Assert.Equal(("active", "1"), (Hospital.Text(flag["status"]), Hospital.Text(flag["meta"]!["versionId"]))));
        return ([.. flags[true]], [.. flags[false]]);
    }

    private static async Task<JsonElement> SourceAsync(CartInProcess cart)
    {
        using var document = JsonDocument.Parse(await cart.Http.GetStringAsync("/admin/sources"));
        return document.RootElement[0].Clone();
    }

    private static async Task<JsonElement> UntilBackfillsAsync(CartInProcess cart, Func<JsonElement, bool> holds)
    {
        for (var tries = 0; tries < 400; tries++, await Task.Delay(50))
        {
            if ((await SourceAsync(cart)).GetProperty("backfills") is var view && holds(view)) return view;
        }
        throw new TimeoutException("the back-fills do not come to this");
    }

    private Task<Hospital> OpenAsync() => Hospital.OpenAsync(options: new SimulatedEhrOptions
    {
        Intercept = request =>
        {
            lock (written)
            {
                if (request.Method is "POST" or "PUT") written.Add(request.Path);
                if (request.Method == "GET") asked.Add(request.Path + "?" + request.Query);
            }
            return answers(request);
        },
    });
}
