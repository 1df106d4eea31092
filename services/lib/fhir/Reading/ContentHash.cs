using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace CarT.Fhir.R4.Reading;

/// <summary>
/// SHA-256 of the canonical form of a resource (P3.2): UTF-8, keys of every object in ordinal order, no white space, only the escapes that
/// JSON demands, numbers as received. Two deliveries of one version have one hash, however they are laid out, and whatever the server shows in <c>meta</c>
/// that is not FHIR: Medplum adds author and compartment to a notification and leaves them out of a search.
/// </summary>
public static class ContentHash
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = FhirJsonScan.MaxDepth + 1 };

    /// <summary>Hash of a version that is a delete and has no body: that of no bytes.</summary>
    public static string OfNothing { get; } = OfBytes([]);

    /// <summary>Hash of bytes that are not JSON: of the bytes as they are. Lower-case hex.</summary>
    public static string OfBytes(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Lower-case hex. The bytes have passed <see cref="FhirJsonScan"/>.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static string Of(ReadOnlyMemory<byte> json)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(json.Length);
        try
        {
            return OfBytes(buffer.AsSpan(0, Write(json, buffer)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The canonical form itself.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static ReadOnlyMemory<byte> Canonical(ReadOnlyMemory<byte> json)
    {
        var form = new byte[json.Length];
        return form.AsMemory(0, Write(json, form));
    }

    private static int Write(ReadOnlyMemory<byte> json, Span<byte> output)
    {
        using var document = JsonDocument.Parse(FhirJsonScan.WithoutMark(json), Limits);
        var writer = new CanonicalJson(output);
        writer.WriteResource(document.RootElement);
        return writer.Length;
    }
}
