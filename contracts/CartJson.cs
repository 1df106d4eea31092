using System.Text.Encodings.Web;
using System.Text.Json;

namespace CarT.Fhir.Contracts;

/// <summary>The JSON form of facts and assessments: camelCase, nulls written, decimals as JSON numbers with their digits.</summary>
public static class CartJson
{
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            NewLine = "\n",
            NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            AllowDuplicateProperties = false,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
