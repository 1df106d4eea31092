using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.R4.Client;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>
/// A FHIR server that others wrote (tests/strangers/server.mjs), and a client of it by which a test looks and does what others do. The server is one for all
/// tests of the collection, since it starts slowly: each test has patients of its own.
/// </summary>
[CollectionDefinition(Name)]
public sealed class ForeignServer : ICollectionFixture<ForeignServer>, IAsyncDisposable
{
    public const string Name = "foreign server";
    private NodeProcess? script;
    private FhirClient? client;

    public string BaseUrl { get; private set; } = "";

    /// <summary>The product's own client of this server.</summary>
    internal FhirClient Client => client!;

    /// <summary>Starts it for the first test; a test without the packages of the server is skipped here.</summary>
    public async Task StartAsync()
    {
        if (script is not null) return;
        script = NodeProcess.Start("server.mjs");
        BaseUrl = await script.ReadLineAsync();
        client = new FhirClient(new Uri(BaseUrl), bearerToken: null, TimeProvider.System);
    }

    /// <summary>The next request of this kind is done, and its answer is lost.</summary>
    public Task LoseNextAnswerAsync(string method, string type) => SayAsync($"drop {method} {type}");

    /// <summary>The next request of this kind waits before it is done: <see cref="HeldAsync"/> tells when it came, <see cref="GoOnAsync"/> lets it go on.</summary>
    public Task HoldNextAsync(string method, string type) => SayAsync($"hold {method} {type}");

    public async Task HeldAsync() => Assert.Equal("held", await script!.ReadLineAsync());

    public Task GoOnAsync() => SayAsync("go on");

    /// <summary>Resources of a patient, oldest first.</summary>
    public Task<IReadOnlyList<JsonObject>> OfPatientAsync(string type, string patient) => SearchAsync($"{type}?subject=Patient/{patient}&_sort=_lastUpdated");

    /// <summary>The Provenances that speak of any version of a resource.</summary>
    public async Task<IReadOnlyList<JsonObject>> ProvenancesOfAsync(JsonObject resource) =>
        [.. (await SearchAsync("Provenance")).Where(one => ((string?)one["target"]![0]!["reference"])!.StartsWith($"{Reference(resource)}/_history/", StringComparison.Ordinal))];

    public async Task<IReadOnlyList<JsonObject>> SearchAsync(string search) => Resources(await ObjectAsync(client!.GetAsync(search, CancellationToken.None)));

    /// <summary>Every version of a resource that the server tells of.</summary>
    public async Task<IReadOnlyList<JsonObject>> HistoryAsync(JsonObject resource) =>
        Resources(await ObjectAsync(client!.GetAsync($"{Reference(resource)}/_history", CancellationToken.None)));

    /// <summary>Somebody else writes a resource under its id, whatever stands there.</summary>
    public Task<JsonObject> PutAsync(JsonObject resource) =>
        ObjectAsync(client!.UpdateAsync((string)resource["resourceType"]!, (string)resource["id"]!, Bytes(resource), ifMatchVersion: null, CancellationToken.None));

    public async Task DeleteAsync(JsonObject resource)
    {
        var answer = await client!.DeleteAsync((string)resource["resourceType"]!, (string)resource["id"]!, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    public static string Reference(JsonObject resource) => $"{resource["resourceType"]}/{resource["id"]}";

    public static string VersionOf(JsonObject resource) => (string)resource["meta"]!["versionId"]!;

    public static ReadOnlyMemory<byte> Bytes(JsonObject resource) => Encoding.UTF8.GetBytes(resource.ToJsonString());

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (script is not null) await script.DisposeAsync();
    }

    private async Task SayAsync(string line)
    {
        await script!.WriteLineAsync(line);
        Assert.Equal("ready", await script.ReadLineAsync());
    }

    private static async Task<JsonObject> ObjectAsync(Task<FhirAnswer> asked)
    {
        var answer = await asked;
        Assert.Equal(FhirVerdict.Done, answer.Verdict);
        return JsonNode.Parse(answer.Body.Span)!.AsObject();
    }

    private static IReadOnlyList<JsonObject> Resources(JsonObject bundle) =>
        [.. (bundle["entry"]?.AsArray() ?? []).Select(entry => entry!["resource"]!.DeepClone().AsObject())];
}
