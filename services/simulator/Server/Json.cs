using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CarT.Fhir.Simulator.Server;

/// <summary>JSON text of resources. A number keeps the digits that it came with, in both directions.</summary>
internal static class Json
{
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    public static byte[] Bytes(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        node.WriteTo(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a resource that a client sent; 400 when it is not a JSON object with a resourceType.</summary>
    public static JsonObject Resource(ReadOnlyMemory<byte> body)
    {
        var resource = Parse(body.Span) as JsonObject;
        return Text(resource?["resourceType"]) is null ? throw FhirProblemException.Invalid("The body is not a FHIR resource in JSON") : resource!;
    }

    public static JsonObject Object(ReadOnlyMemory<byte> stored) => JsonNode.Parse(stored.Span)!.AsObject();

    /// <summary>The text of a JSON string, or null for anything else.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The objects of an array, or a single object as a list of one.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonArray array => array.OfType<JsonObject>(),
        JsonObject one => [one],
        _ => [],
    };

    private static JsonNode? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: Strict);
        }
        catch (JsonException)
        {
            throw FhirProblemException.Invalid("The body is not well-formed JSON");
        }
    }
}
