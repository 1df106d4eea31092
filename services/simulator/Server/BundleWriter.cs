using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.Simulator.Server;

/// <summary>Writes searchset and history Bundles; the stored text of each resource goes out as it is.</summary>
internal static class BundleWriter
{
    public static byte[] Write(Pages.Page page, string baseUrl)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using var json = new Utf8JsonWriter(buffer, Json.WriterOptions);
        json.WriteStartObject();
        json.WriteString("resourceType", "Bundle");
        json.WriteString("type", page.Result.IsHistory ? "history" : "searchset");
        json.WriteNumber("total", page.Result.Rows.Count);
        json.WriteStartArray("link");
        WriteLink(json, "self", $"{baseUrl}/{page.Self}");
        if (page.Next is not null) WriteLink(json, "next", $"{baseUrl}/{page.Next}");
        json.WriteEndArray();
        WriteEntries(json, page, baseUrl);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    // An empty array is no FHIR JSON: without rows there is no entry property.
    private static void WriteEntries(Utf8JsonWriter json, Pages.Page page, string baseUrl)
    {
        var started = false;
        foreach (var row in page.Rows)
        {
            if (!started) json.WriteStartArray("entry");
            started = true;
            json.WriteStartObject();
            json.WriteString("fullUrl", $"{baseUrl}/{row.Reference}");
            if (!row.IsDeleted)
            {
                json.WritePropertyName("resource");
                json.WriteRawValue(row.Body.Span, skipInputValidation: true);
            }

            if (page.Result.IsHistory) WriteOrigin(json, row);
            else WriteMatch(json);
            json.WriteEndObject();
        }

        if (started) json.WriteEndArray();
    }

    private static void WriteMatch(Utf8JsonWriter json)
    {
        json.WriteStartObject("search");
        json.WriteString("mode", "match");
        json.WriteEndObject();
    }

    private static void WriteOrigin(Utf8JsonWriter json, StoredVersion row)
    {
        var (method, url, status) = Origin(row);
        json.WriteStartObject("request");
        json.WriteString("method", method);
        json.WriteString("url", url);
        json.WriteEndObject();
        json.WriteStartObject("response");
        json.WriteString("status", status);
        json.WriteString("etag", row.ETag);
        json.WriteString("lastModified", row.LastUpdated.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    /// <summary>How a version came to be, as the request and response of a history entry.</summary>
    public static (string Method, string Url, string Status) Origin(StoredVersion row) => row.Kind switch
    {
        WriteKind.Create => ("POST", row.Type, "201"),
        WriteKind.Update => ("PUT", row.Reference, "200"),
        _ => ("DELETE", row.Reference, "204"),
    };

    private static void WriteLink(Utf8JsonWriter json, string relation, string url)
    {
        json.WriteStartObject();
        json.WriteString("relation", relation);
        json.WriteString("url", url);
        json.WriteEndObject();
    }
}
