using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.Hematology;
using CarT.Fhir.R4.Reading;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>The hash that stands in every assessment names exactly what is in force.</summary>
public sealed class DefinitionHashTests
{
    /// <summary>Signatures of a haematologist refer to it: it changes with the definition and with nothing else.</summary>
    [Fact]
    public void The_hash_of_the_default_definition_is_the_one_that_was_published() => Assert.Equal(
        "sha256:ea5748101d08f04c45665b101889e1dd6dde1b3835e798b671969249b7726a8b",
        ProtocolDefinition.BuiltIn(ProtocolDefinition.DefaultId).Hash);

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("\\u00e9\\u2264\\/", "\"\u00e9\u2264/\"")]
    [InlineData("\\ud83d\\ude00", "\"\U0001F600\"")]
    [InlineData("<a&b>'+`", "\"<a&b>'+`\"")]
    [InlineData("\\u007f\\u2028\\ue000", "\"\u007f\u2028\ue000\"")]
    [InlineData("\\u0022\\u005c\\u000a\\u000B\\u001F", "\"\\\"\\\\\\n\\u000b\\u001f\"")]
    public void Only_the_escapes_that_JSON_demands_are_in_the_canonical_form(string written, string canonical)
    {
        var text = Text(title: "\"" + written + "\"");

        Assert.Equal(Hash(Canonical(JsonNode.Parse(Text(title: "\"?\"")), title: canonical)), Parse(text).Hash);
        Assert.Equal("sha256:" + ContentHash.Of(Encoding.UTF8.GetBytes(text)), Parse(text).Hash);
    }

    [Fact]
    public void Numbers_are_hashed_as_they_are_written() =>
        Assert.Distinct(new[] { "500", "500.0", "5e2" }.Select(number => Parse(Text().Replace("\"value\": 500 ", $"\"value\": {number} ", StringComparison.Ordinal)).Hash));

    [Theory]
    [InlineData("beyar-katz-2022")]
    [InlineData("astct")]
    [InlineData("cibmtr")]
    public void Every_assessment_names_the_definition_and_the_hash_of_its_file(string id)
    {
        var json = ProtocolDefinition.JsonOf(id);
        var hash = "sha256:" + ContentHash.Of(json);
        Course[] courses = [new Course { Definition = Parse(Encoding.UTF8.GetString(json.Span)) }, new Course { Definition = ProtocolDefinition.BuiltIn(id) }.Infused().Anc((22, 300), (24, 400))];

        foreach (var assessment in courses.SelectMany(course => new[] { course.On(1), course.On(30) }))
            Assert.Equal((id, "1.0.0", hash), (assessment.Protocol.Id, assessment.Protocol.Version, assessment.Protocol.Hash));
    }

    private static ProtocolDefinition Parse(string text)
    {
        var (definition, faults) = ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Empty(faults);
        return definition!;
    }

    private static string Text(string? title = null)
    {
        var text = Encoding.UTF8.GetString(ProtocolDefinition.JsonOf(ProtocolDefinition.DefaultId).Span);
        if (title is null) return text;
        using var document = JsonDocument.Parse(text);
        return text.Replace(document.RootElement.GetProperty("title").GetRawText(), title, StringComparison.Ordinal);
    }

    /// <summary>Written a second time for the test: for a document whose texts need no escapes, but for the title.</summary>
    private static string Canonical(JsonNode? node, string title) => node switch
    {
        JsonObject members => "{" + string.Join(',', members.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => $"\"{m.Key}\":{(m.Key == "title" ? title : Canonical(m.Value, title))}")) + "}",
        JsonArray items => "[" + string.Join(',', items.Select(item => Canonical(item, title))) + "]",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => $"\"{text.GetValue<string>()}\"",
        _ => node!.ToJsonString(),
    };

    private static string Hash(string canonical) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
}
