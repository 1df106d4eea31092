using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.Hematology;
using Json.Schema;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// The JSON Schema of a definition and the parser agree, judged by a validator of others: on every built-in definition, and on each of its values damaged
/// in every way that is listed here.
/// </summary>
public sealed class DefinitionSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(Encoding.UTF8.GetString(ProtocolDefinition.Schema().Span));

    /// <summary>Faults that concern several parameters together: the program tells them, a schema cannot.</summary>
    private static readonly string[] OfTheParserAlone =
    [
        "must lie after sameInfusionMaxDays", "must not lie before splitDoseFromDay", "must not lie before fromDay", "must be the day after screeningToDay",
        "must not be above capMgPerDay", "must not lie before earlyFromDay", "must lie after earlyToDay", "must not lie before lateFromDay",
        "must not lie before carHematotoxFromDay", "must not be below resumeBelowPerUl", "must not be below reduceAbovePerUl",
    ];

    /// <summary>What may stand in the place of a value, as JSON.</summary>
    private static readonly string[] Replacements =
    [
        "null", "true", "\"\"", "\" \"", "\"text\"", "\"<=\"", "\"5.0\"", "[]", "[1]", "[\"\"]", "[\"text\"]", "[\"MedicationDispense\"]", "[{}]", "{}", "{\"a\":1}",
        "0", "-1", "1", "1.0", "1.5", "0.0005", "100", "101", "100000", "100001", "1000000000", "1000000001", "1e2", "1e40", "-365", "-366",
    ];

    [Theory]
    [MemberData(nameof(BuiltInDefinitionTests.Ids), MemberType = typeof(BuiltInDefinitionTests))]
    public void Every_built_in_definition_is_valid_by_the_schema(string id) => Assert.True(IsValid(DefinitionFile.Json(id).ToJsonString()));

    [Fact]
    public void Schema_and_parser_agree_on_every_damage()
    {
        var (refused, accepted, split) = (0, 0, new List<string>());
        foreach (var (what, json) in Damages())
        {
            var faults = ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(json)).Faults.Where(fault => !OfTheParserAlone.Any(alone => fault.EndsWith(alone, StringComparison.Ordinal))).ToList();
            if (IsValid(json) != (faults.Count == 0)) split.Add($"{what}: the parser says {string.Join("; ", faults)}");
            else if (faults.Count > 0) refused++;
            else accepted++;
        }

        Assert.True(split.Count == 0, string.Join('\n', split));
        Assert.True(refused > 2000 && accepted > 200, $"{refused} refused, {accepted} accepted");
    }

    [Fact]
    public void Every_fault_of_several_parameters_is_one_that_the_schema_does_not_see()
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, json) in Damages().Where(damage => IsValid(damage.Json)))
            told.UnionWith(ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(json)).Faults.Select(fault => fault[(fault.IndexOf(':', StringComparison.Ordinal) + 2)..]));

        Assert.Equal(OfTheParserAlone.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_schema_says_of_every_parameter_what_it_is()
    {
        using var schema = JsonDocument.Parse(ProtocolDefinition.Schema());

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        Assert.Empty(WithoutDescription("", schema.RootElement));
        Assert.All(
            DefinitionFile.Parameters(ProtocolDefinition.DefaultId),
            p => Assert.Contains(UnitOf(p.Path), Describe(schema.RootElement, p.Path), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The unit that a name ends with, as the descriptions write it.</summary>
    private static string UnitOf(string path) =>
        path.EndsWith("PerUl", StringComparison.Ordinal) ? "cells/uL"
        : path.EndsWith("Days", StringComparison.Ordinal) || path.EndsWith("Day", StringComparison.Ordinal) && !path.EndsWith("PerDay", StringComparison.Ordinal) ? "day"
        : path.EndsWith("Mg", StringComparison.Ordinal) || path.EndsWith("MgPerDay", StringComparison.Ordinal) ? "mg"
        : path.EndsWith("TimesUln", StringComparison.Ordinal) ? "upper limit of normal"
        : path.EndsWith("Percent", StringComparison.Ordinal) ? "percent"
        : "";

    private static string Describe(JsonElement schema, string path) =>
        path.Split('.').Aggregate(schema, (section, name) => section.GetProperty("properties").GetProperty(name)).GetProperty("description").GetString()!;

    private static IEnumerable<string> WithoutDescription(string path, JsonElement schema)
    {
        if (schema.TryGetProperty("items", out var items)) schema = items;
        if (!schema.TryGetProperty("properties", out var members)) return [];
        return members.EnumerateObject().SelectMany(member =>
            WithoutDescription($"{path}.{member.Name}", member.Value).Concat(member.Value.TryGetProperty("description", out _) ? [] : [$"{path}.{member.Name}"]));
    }

    private static bool IsValid(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Schema.Evaluate(document.RootElement).IsValid;
    }

    /// <summary>Each member left out, beside one that is unknown, and with each replacement in its place.</summary>
    private static IEnumerable<(string What, string Json)> Damages()
    {
        foreach (var path in Places("", DefinitionFile.Json(ProtocolDefinition.DefaultId)))
        {
            yield return ($"{path} left out", Changed(path, static (parent, name) => parent.Remove(name)));
            yield return ($"a stranger beside {path}", Changed(path, static (parent, name) => parent[name + "s"] = 1));
            foreach (var replacement in Replacements)
                yield return ($"{path} = {replacement}", Changed(path, (parent, name) => parent[name] = JsonNode.Parse(replacement)));
        }
    }

    /// <summary>The paths of all members, those of lists by their first item.</summary>
    private static IEnumerable<string> Places(string path, JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Places($"{path}/{member.Key}", member.Value).Prepend($"{path}/{member.Key}")),
        JsonArray { Count: > 0 } items when items[0] is JsonObject => Places($"{path}/0", items[0]),
        _ => [],
    };

    private static string Changed(string path, Action<JsonObject, string> change)
    {
        var json = DefinitionFile.Json(ProtocolDefinition.DefaultId);
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var parent = names[..^1].Aggregate((JsonNode)json, static (node, name) => node is JsonArray items ? items[int.Parse(name)]! : node[name]!);
        change(parent.AsObject(), names[^1]);
        return json.ToJsonString();
    }
}
