using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.Simulator;
using CarT.Fhir.Simulator.Courses;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>What the simulated charting system answers and sends: searches, histories, transactions and batches, notifications, refusals, and the synthetic cohort.</summary>
internal static class EmittedBySimulator
{
    private const string Topic = "http://cart-fhir.test/SubscriptionTopic/all";
    private const string Filter = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria";
    private const string Content = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content";

    private static readonly string[] Asked =
    [
        "metadata", "Observation?code=http://loinc.org|751-8&_count=1", "Observation", "Observation?_id=none", "Observation/a", "Observation/a/_history",
        "Observation/_history", "Observation/none", "Observation/gone", "Nonsense/1", "Observation?no-such=1", "Observation?_format=xml",
    ];

    public static async Task<IReadOnlyList<EmittedResource>> CollectAsync()
    {
        await using var host = await EhrHost.Start(new SimulatedEhrOptions { Topics = [Topic] });
        await using var receiver = await HookReceiver.Start();
        var subscriptions = new List<string>();
        foreach (var content in (string[])["empty", "id-only", "full-resource"]) subscriptions.Add((await host.Post("Subscription", OnTopic(receiver.Url, content))).Id);
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        foreach (var id in (string[])["a", "b", "gone"]) host.Ehr.Put(Resources.Observation(id));
        host.Ehr.Put(Resources.Observation("a", value: "0.20"));
        host.Ehr.Delete("Observation", "gone");
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        var answers = receiver.Received.Where(received => received.Text.Length > 0).Select(received => new EmittedResource("sent: " + received.Kind, received.Text)).ToList();
        foreach (var path in Asked.Concat(subscriptions.SelectMany(id => (string[])[$"Subscription/{id}/$status", $"Subscription/{id}/$events"])))
            answers.Add(new EmittedResource("GET " + path, (await host.Get(path)).Text));
        answers.AddRange(await BundlesAsync(host));
        answers.AddRange(Cohort());
        return answers;
    }

    private static async Task<IReadOnlyList<EmittedResource>> BundlesAsync(EhrHost host)
    {
        const string Good = """{"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"Flag","status":"active","code":{"text":"x"},"subject":{"reference":"Patient/p1"}},"request":{"method":"POST","url":"Flag"}}""";
        const string Read = """{"request":{"method":"GET","url":"Observation/a"}}""";
        const string Search = """{"request":{"method":"GET","url":"Observation?patient=p1"}}""";
        const string Missing = """{"request":{"method":"GET","url":"Observation/none"}}""";
        const string Stale = """{"resource":{"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"}},"request":{"method":"PUT","url":"Observation/a","ifMatch":"W/\"99\""}}""";
        return
        [
            new("transaction", (await host.Post("", Bundle("transaction", Good, Read))).Text),
            new("transaction that fails", (await host.Post("", Bundle("transaction", Good, Stale))).Text),
            new("batch", (await host.Post("", Bundle("batch", Good, Read, Search, Missing, Stale))).Text),
        ];
    }

    // Enough of each kind of resource; all are made by the same hand.
    private static IEnumerable<EmittedResource> Cohort() =>
        SyntheticCohort.Generate(new CohortOptions { Patients = 8 }).Where(write => !write.Delete)
            .GroupBy(write => (string)write.Resource["resourceType"]!)
            .SelectMany(type => type.Take(60).Concat(type.TakeLast(60))).Distinct()
            .Select(write => new EmittedResource("cohort " + (string)write.Resource["id"]!, write.Resource.ToJsonString()));

    private static JsonObject Bundle(string type, params string[] entries) =>
        JsonNode.Parse($$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', entries)}}]}""")!.AsObject();

    private static JsonObject OnTopic(string endpoint, string content)
    {
        var subscription = Resources.Subscription(endpoint, Topic);
        subscription["_criteria"] = new JsonObject { ["extension"] = Extension(Filter, "valueString", "Observation?code=http://loinc.org|751-8") };
        subscription["channel"]!["_payload"] = new JsonObject { ["extension"] = Extension(Content, "valueCode", content) };
        return subscription;
    }

    private static JsonArray Extension(string url, string member, string value) => new(new JsonObject { ["url"] = url, [member] = value });
}
