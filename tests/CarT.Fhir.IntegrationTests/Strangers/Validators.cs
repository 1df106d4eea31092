using System.Text.Json;
using System.Text.Json.Nodes;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>The two validators of tests/strangers: @medplum/core by StructureDefinitions, and the JSON schema of FHIR R4. Neither sees all (<see cref="EmittedFhir"/>).</summary>
public sealed class Validators : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private NodeProcess? script;

    /// <summary>What each says of a resource, warnings too: a reference to the wrong type is no more than that to the first.</summary>
    internal async Task<(IReadOnlyList<string> ByStructure, IReadOnlyList<string> BySchema)> JudgeAsync(string json)
    {
        await gate.WaitAsync();
        try
        {
            script ??= NodeProcess.Start("validate.mjs");
            await script.WriteLineAsync(new JsonObject { ["name"] = "it", ["resource"] = JsonNode.Parse(json) }.ToJsonString());
            using var answer = JsonDocument.Parse(await script.ReadLineAsync());
            return (Issues(answer.RootElement, "structure"), Issues(answer.RootElement, "schema"));
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (script is not null) await script.DisposeAsync();
        gate.Dispose();
    }

    private static IReadOnlyList<string> Issues(JsonElement answer, string name) =>
        [.. answer.GetProperty(name).EnumerateArray().Select(issue => issue.GetString()!)];
}
