using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Definitions;

/// <summary>Definitions for scripts: one JSON object per line.</summary>
internal static class DefinitionJson
{
    public static void WriteList(IEnumerable<ProtocolDefinition> definitions)
    {
        foreach (var definition in definitions)
            Write(new { definition.Id, definition.Version, definition.Title, definition.Hash, Default = definition.Hash == ProtocolDefinition.Default.Hash });
    }

    public static void WriteDiff(ProtocolDefinition a, ProtocolDefinition b, IReadOnlyList<ParameterDifference> differences) => Write(new
    {
        A = new ProtocolIdentity(a.Id, a.Version, a.Hash),
        B = new ProtocolIdentity(b.Id, b.Version, b.Hash),
        Parameters = differences,
    });

    private static void Write<T>(T value) => Console.Out.Write(JsonSerializer.Serialize(value, CartJson.Options) + "\n");
}
