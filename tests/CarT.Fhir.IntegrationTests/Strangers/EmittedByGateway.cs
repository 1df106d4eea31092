using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.IntegrationTests.Gateway;
using CarT.Fhir.IntegrationTests.Protocol;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>What the gateway answers: pages of searches, reads, <c>$assessment</c>, its capability statement, and every refusal.</summary>
internal static class EmittedByGateway
{
    private const string Address = "https://cart.hospital.test";

    private static readonly string[] Refused =
    [
        "Flag?code=x", "Flag?patient=Group/1", "Flag?_sort=date", "Flag?_count=0", "Flag?_lastUpdated=ne2026", "Flag?_cursor=$", "Flag?_format=xml", "Flag/none",
        "Flag?patient=p1", "Observation?patient=p1", "Patient/p1/$assessment", "Patient/none/$assessment", "Patient/p1/$assessment?x=1", "no/such/route/at/all",
    ];

    public static async Task<IReadOnlyList<EmittedResource>> CollectAsync()
    {
        await using var gateway = await GatewayHost.StartAsync(Address);
        var answers = new List<EmittedResource> { await GetAsync(gateway, "metadata"), await GetAsync(gateway, "Flag"), await GetAsync(gateway, "CarePlan?patient=p1") };
        var cohort = new SyntheticRevisions();
        foreach (var day in (int[])[24, 32, 45, 70, 120, 250])
        {
            await gateway.ApplyAsync(cohort.After(day));
            foreach (var type in (string[])["Flag", "CarePlan"]) await PagesAsync(gateway, type, answers);
        }
        await gateway.ApplyAsync(Corrected());
        await PagesAsync(gateway, "Flag", answers);
        answers.Add(await GetAsync(gateway, "Patient/synthetic-001/$assessment"));
        answers.AddRange(await RefusalsAsync(gateway));
        return answers;
    }

    private static async Task PagesAsync(GatewayHost gateway, string type, List<EmittedResource> answers)
    {
        for (var next = $"{type}?_sort=_lastUpdated&_count=20"; next is not null;)
        {
            var page = await GetAsync(gateway, next);
            answers.Add(page);
            var bundle = JsonNode.Parse(page.Json)!;
            answers.AddRange((bundle["entry"] as JsonArray ?? []).Select(entry => new EmittedResource($"{entry!["fullUrl"]} on a page", entry["resource"]!.ToJsonString())));
            next = bundle["link"]!.AsArray().Where(link => (string?)link!["relation"] == "next").Select(link => ((string)link!["url"]!).Split("/fhir/")[1]).SingleOrDefault();
        }
        answers.Add(await GetAsync(gateway, $"{type}/{JsonNode.Parse(answers[^1].Json)!["id"]}"));
    }

    private static async Task<List<EmittedResource>> RefusalsAsync(GatewayHost gateway)
    {
        await gateway.ApplyAsync(Revisions.Of(new PatientKey("north", "p1"), 1, []));
        var refusals = new List<EmittedResource>();
        foreach (var path in Refused) refusals.Add(await GetAsync(gateway, path));
        using (var post = await gateway.Client.PostAsync(new Uri("/fhir/Flag", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/fhir+json")))
            refusals.Add(new EmittedResource("POST Flag", await post.Content.ReadAsStringAsync()));
        await using (var homeless = await GatewayHost.StartAsync(baseUrl: null)) refusals.Add(await GetAsync(homeless, "Flag"));
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        refusals.Add(await GetAsync(gateway, "Flag"));
        Assert.All(refusals, refusal => Assert.Equal("OperationOutcome", refusal.Type));
        return refusals;
    }

    // One patient whose low counts were corrected, so that the flag is withdrawn as entered in error, and one whose flag stands.
    private static AssessmentChanged[] Corrected()
    {
        var first = Revisions.Of(Sent.P1, 1, Revisions.Low(Sent.P1));
        var second = Revisions.After(first, Sent.P1, 2, ["Observation/a", "Observation/b"], Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "c", 22, 200_000));
        return [first, second, Revisions.Of(Sent.P2, 1, Revisions.Low(Sent.P2))];
    }

    private static async Task<EmittedResource> GetAsync(GatewayHost gateway, string path)
    {
        using var answer = await gateway.GetAsync("/fhir/" + path);
        return new EmittedResource("GET " + path, await answer.Content.ReadAsStringAsync());
    }
}
