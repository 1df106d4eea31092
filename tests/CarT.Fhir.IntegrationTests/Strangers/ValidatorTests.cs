using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.IntegrationTests.Gateway;
using CarT.Fhir.IntegrationTests.Listener;
using CarT.Fhir.IntegrationTests.WriteBack;
using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>Everything that the product emits as FHIR, made by the product itself, is accepted by two validators of others and by our own rules for what both miss.</summary>
[Collection(StrangersGroup.Name)]
public sealed class ValidatorTests(Validators validators)
{
    /// <summary>Flaws of a validator, each with its reason. One that is gone fails the test.</summary>
    internal static readonly Dictionary<string, string[]> FlawsOfTheSchema = new(StringComparer.Ordinal)
    {
        // The schema is of a build before 4.0.1, and does not know that number.
        ["CapabilityStatement"] = ["error should be equal to one of the allowed values (.fhirVersion)", "error should match exactly one schema in oneOf ()"],
    };

    [Fact]
    public async Task Every_Flag_that_there_can_be() => await AcceptedAsync(Emitted.Flags());

    [Fact]
    public async Task Every_CarePlan_that_there_can_be() => await AcceptedAsync(Emitted.CarePlans());

    [Fact]
    public async Task Provenance_of_a_first_and_of_a_later_write() => await AcceptedAsync(Emitted.Provenances());

    [Fact]
    public async Task What_write_back_sends_to_a_charting_system()
    {
        await using var chart = await ChartingSystem.StartAsync();
        await using var host = await WriteBackHost.StartAsync(chart, WriteBackHost.NewStore());
        await host.SettleAsync(WriteBack.Revisions.Of(1, WriteBack.Revisions.Flag(FlagCodes.SeverePersistentCytopenia)).Proposing(ActivityCodes.CytopeniaWorkup, ActivityCodes.LiverPanel));
        await host.SettleAsync(WriteBack.Revisions.Of(2, WriteBack.Revisions.Flag(FlagCodes.SeverePersistentCytopenia, until: "2026-04-10")).Proposing(ActivityCodes.LiverPanel));
        await WriteBackHost.UntilAsync(() => chart.All("Provenance").Count >= 2, "provenances");

        var written = new[] { "Flag", "CarePlan", "Provenance" }.SelectMany(chart.All).Select(resource => resource.ToJsonString()).ToList();
        Assert.True(written.Count >= 4);
        foreach (var json in written) await AcceptedAsync(json);
    }

    [Theory]
    [InlineData("classic", "id-only", 5)]
    [InlineData("topic", "empty", 5)]
    [InlineData("topic", "id-only", 5)]
    [InlineData("topic", "full-resource", 5)]
    public async Task The_Subscriptions_that_a_source_gets(string style, string payload, int count)
    {
        await using var ehr = await FakeEhr.StartAsync();
        using var store = new TemporaryStore();
        await using var listener = await ListenerHost.StartAsync(store.Path, ehr, settings: new()
        {
            ["Cart:Sources:main:Subscription:Style"] = style,
            ["Cart:Sources:main:Subscription:Payload"] = payload,
            ["Cart:Sources:main:Subscription:HookUrl"] = "https://cart.hospital.test/fhir/hook/main",
            ["Cart:Sources:main:Subscription:Topic"] = "https://ehr.hospital.test/fhir/SubscriptionTopic/lab-result",
        });
        await ListenerHost.UntilAsync(() => Task.FromResult(ehr.Subscriptions.Count == count));

        foreach (var subscription in ehr.Subscriptions.Values) await AcceptedAsync(subscription.ToJsonString());
    }

    [Fact]
    public async Task What_the_facade_answers()
    {
        await using var gateway = await GatewayHost.StartAsync("https://gateway.hospital.test");
        var patient = new PatientKey("main", "p1");
        var first = Gateway.Revisions.Of(patient, 1, Gateway.Revisions.Low(patient));
        await gateway.ApplyAsync(first);

        foreach (var (path, status, type) in new[]
                 {
                     ("/fhir/metadata", 200, "CapabilityStatement"), ("/fhir/Flag", 200, "Bundle"), ("/fhir/CarePlan", 200, "Bundle"), ("/fhir/Flag?_count=1", 200, "Bundle"),
                     ("/fhir/Flag?patient=nobody", 200, "Bundle"), ("/fhir/Patient/p1/$assessment", 200, "Parameters"), ("/fhir/Flag?colour=red", 400, "OperationOutcome"),
                     ("/fhir/Flag?_lastUpdated=yesterday", 400, "OperationOutcome"), ("/fhir/Flag/none", 404, "OperationOutcome"), ("/fhir/Basic", 404, "OperationOutcome"),
                     ("/fhir/Flag?_format=xml", 406, "OperationOutcome"),
                 })
        {
            using var answer = await gateway.GetAsync(path);
            var json = await answer.Content.ReadAsStringAsync();
            Assert.Equal((path, status, type), (path, (int)answer.StatusCode, TypeOf(json)));
            await AcceptedAsync(json, path);
        }
        var flags = (await gateway.JsonAsync("/fhir/Flag"))["entry"]!.AsArray();
        Assert.NotEmpty(flags);
        using (var one = await gateway.GetAsync("/fhir/Flag/" + flags[0]!["resource"]!["id"])) await AcceptedAsync(await one.Content.ReadAsStringAsync());
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        using var closed = await gateway.GetAsync("/fhir/Flag");
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        await AcceptedAsync(await closed.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_refusals_of_the_hook()
    {
        await using var ehr = await FakeEhr.StartAsync();
        using var store = new TemporaryStore();
        await using var listener = await ListenerHost.StartAsync(store.Path, ehr);
        var refusals = new List<HttpResponseMessage>
        {
            await listener.PostAsync("{"),
            await listener.PostAsync("<Observation/>", "application/fhir+xml"),
            await listener.PutAsync("Observation/other", Bodies.Platelets("plt-1")),
            await listener.PutAsync("Patient/plt-1", Bodies.Platelets("plt-1")),
            await listener.SendAsync(HttpMethod.Post, "/fhir/hook/nowhere", new ByteArrayContent("{}"u8.ToArray()), "application/fhir+json"),
            await listener.SendAsync(HttpMethod.Post, "/fhir/hook/main", new ByteArrayContent("{}"u8.ToArray()), "application/fhir+json", secret: null),
        };

        foreach (var refusal in refusals)
        {
            Assert.InRange((int)refusal.StatusCode, 400, 499);
            await AcceptedAsync(await refusal.Content.ReadAsStringAsync(), refusal.StatusCode.ToString());
            refusal.Dispose();
        }
    }

    private async Task AcceptedAsync(IEnumerable<Resource> resources)
    {
        var count = 0;
        foreach (var resource in resources)
        {
            var json = Encoding.UTF8.GetString(FhirJson.Write(resource));
            Assert.DoesNotContain("example.org", json, StringComparison.Ordinal);
            await AcceptedAsync(json);
            count++;
        }
        Assert.NotEqual(0, count);
    }

    private async Task AcceptedAsync(string json, string what = "")
    {
        Assert.True(json.StartsWith('{'), $"{what} is no FHIR: {json}");
        var (byStructure, bySchema) = await validators.JudgeAsync(json);
        Assert.True(byStructure.Count == 0, $"{what} {string.Join("; ", byStructure)} in {json}");
        Assert.Equal(FlawsOfTheSchema.GetValueOrDefault(TypeOf(json), []), bySchema);
        Assert.True(EmittedFhir.Faults(json) is { Count: 0 }, $"{what} {string.Join("; ", EmittedFhir.Faults(json))} in {json}");
    }

    private static string TypeOf(string json) => (string)JsonNode.Parse(json)!["resourceType"]!;
}
