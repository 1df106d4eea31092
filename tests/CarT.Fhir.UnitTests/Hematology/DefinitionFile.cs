using System.Text.Json.Nodes;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>A built-in definition as its file has it.</summary>
internal static class DefinitionFile
{
    private static readonly string[] NotParameters = ["id", "version", "title", "source", "signOff"];

    public static JsonObject Json(string id) => JsonNode.Parse(ProtocolDefinition.JsonOf(id).Span)!.AsObject();

    /// <summary>Path and value of each parameter, in the order of the file.</summary>
    public static IReadOnlyList<(string Path, string Value)> Parameters(string id) =>
        [.. Json(id).Where(member => !NotParameters.Contains(member.Key)).SelectMany(member => Leaves(member.Key, member.Value))];

    private static IEnumerable<(string Path, string Value)> Leaves(string path, JsonNode? value) => value switch
    {
        JsonObject members => members.SelectMany(member => Leaves($"{path}.{member.Key}", member.Value)),
        JsonArray items => [(path, string.Join(", ", items))],
        _ => [(path, value!.ToString())],
    };
}
