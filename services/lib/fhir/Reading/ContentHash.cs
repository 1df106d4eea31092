using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CarT.Fhir.R4.Reading;

/// <summary>
/// SHA-256 of the canonical form of a resource (P3.2): UTF-8, keys of every object in ordinal order, no white space, only the escapes that
/// JSON demands, numbers as received; of <c>meta</c> only the version and its time. Two deliveries of one version have one hash, however they are laid out,
/// and whatever else the server shows in <c>meta</c>: Medplum adds author and compartment to a notification and leaves them out of a search.
/// </summary>
public static class ContentHash
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = FhirJsonScan.MaxDepth + 1 };

    /// <summary>Hash of a version that is a delete and has no body: that of no bytes.</summary>
    public static string OfNothing { get; } = Convert.ToHexStringLower(SHA256.HashData([]));

    /// <summary>Hash of bytes that are not JSON: of the bytes as they are.</summary>
    public static string OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Lower-case hex. The bytes have passed <see cref="FhirJsonScan"/>.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static string Of(ReadOnlyMemory<byte> json) => OfBytes(Canonical(json).Span);

    /// <summary>The canonical form itself.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static ReadOnlyMemory<byte> Canonical(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(FhirJsonScan.WithoutMark(json), Limits);
        var output = new ArrayBufferWriter<byte>(Math.Max(json.Length, 16));
        Write(document.RootElement, output, of: null);
        return output.WrittenMemory;
    }

    /// <param name="element">Any value.</param>
    /// <param name="output">Receives it.</param>
    /// <param name="of">The member of the resource that it is; null: the resource itself; empty: deeper.</param>
    private static void Write(JsonElement element, ArrayBufferWriter<byte> output, string? of)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var counted = element.EnumerateObject().Where(property => of != "meta" || property.Name is "versionId" or "lastUpdated");
                WriteAll(output, '{', '}', counted.OrderBy(property => property.Name, StringComparer.Ordinal), property =>
                {
                    WriteString(property.Name, output);
                    Ascii(':', output);
                    Write(property.Value, output, of is null ? property.Name : "");
                });
                break;
            case JsonValueKind.Array:
                WriteAll(output, '[', ']', element.EnumerateArray(), item => Write(item, output, of: ""));
                break;
            case JsonValueKind.String:
                WriteString(element.GetString()!, output);
                break;
            default:
                Utf8(element.GetRawText(), output);
                break;
        }
    }

    private static void WriteAll<T>(ArrayBufferWriter<byte> output, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        Ascii(open, output);
        var first = true;
        foreach (var item in items)
        {
            if (!first) Ascii(',', output);
            first = false;
            write(item);
        }
        Ascii(close, output);
    }

    private static void WriteString(string text, ArrayBufferWriter<byte> output)
    {
        Ascii('"', output);
        var plain = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (EscapeOf(text[i]) is not { } escape) continue;
            Utf8(text.AsSpan(plain, i - plain), output);
            Utf8(escape, output);
            plain = i + 1;
        }
        Utf8(text.AsSpan(plain), output);
        Ascii('"', output);
    }

    private static string? EscapeOf(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static void Ascii(char c, ArrayBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = (byte)c;
        output.Advance(1);
    }

    private static void Utf8(ReadOnlySpan<char> text, ArrayBufferWriter<byte> output) =>
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
