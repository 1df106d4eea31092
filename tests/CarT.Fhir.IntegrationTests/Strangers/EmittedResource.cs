using System.Text.Json.Nodes;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>One resource that the product sent or answered, byte for byte as text.</summary>
/// <param name="Name">Where it came from, for people.</param>
/// <param name="Json">The resource.</param>
public sealed record EmittedResource(string Name, string Json)
{
    public string Type => (string?)JsonNode.Parse(Json)?["resourceType"] ?? "none";
}

/// <summary>Everything that the product emits, made once by its own services on real hosts for all tests that look at it.</summary>
public sealed class WholeOutput
{
    private readonly Dictionary<string, Lazy<Task<IReadOnlyList<EmittedResource>>>> origins = new(StringComparer.Ordinal)
    {
        ["write-back"] = new(EmittedByWriteBack.CollectAsync),
        ["gateway"] = new(EmittedByGateway.CollectAsync),
        ["listener"] = new(EmittedByListener.CollectAsync),
        ["simulator"] = new(EmittedBySimulator.CollectAsync),
    };

    public Task<IReadOnlyList<EmittedResource>> OfAsync(string origin) => origins[origin].Value;
}
