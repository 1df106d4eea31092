using System.Text.Json;

namespace CarT.Fhir.Standalone.Definitions;

/// <summary>A parameter in which two definitions differ.</summary>
internal sealed record ParameterDifference(string Parameter, JsonElement A, JsonElement B);

/// <summary>The parameters of a definition file: path and value, in the order of the file. Texts about the definition are none.</summary>
internal static class DefinitionParameters
{
    private static readonly string[] NotParameters = ["id", "version", "title", "source", "signOff"];

    /// <param name="utf8Json">A definition without faults.</param>
    public static IReadOnlyList<(string Path, JsonElement Value)> Of(ReadOnlyMemory<byte> utf8Json)
    {
        using var text = new StreamReader(new MemoryStream(utf8Json.ToArray()));
        var root = JsonElement.Parse(text.ReadToEnd());
        return [.. root.EnumerateObject().Where(member => !NotParameters.Contains(member.Name)).SelectMany(member => Leaves(member.Name, member.Value))];
    }

    /// <summary>In the order of the first. Two numbers are the same where their values are: 8 and 8.0.</summary>
    public static IReadOnlyList<ParameterDifference> Differences(
        IReadOnlyList<(string Path, JsonElement Value)> a, IReadOnlyList<(string Path, JsonElement Value)> b)
    {
        var other = b.ToDictionary(parameter => parameter.Path, parameter => parameter.Value, StringComparer.Ordinal);
        return [.. a.Select(p => new ParameterDifference(p.Path, p.Value, other[p.Path])).Where(p => !JsonElement.DeepEquals(p.A, p.B))];
    }

    /// <summary>A value as people read it.</summary>
    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Array ? string.Join(", ", value.EnumerateArray()) : value.ToString();

    private static IEnumerable<(string Path, JsonElement Value)> Leaves(string path, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().SelectMany(member => Leaves($"{path}.{member.Name}", member.Value)) : [(path, value)];
}
