using System.Buffers;
using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace CarT.Fhir.Listener.Hook;

/// <summary>How the content type of a request is read.</summary>
internal enum BodyForm
{
    Json,

    /// <summary>JSON when the body starts with a brace: some senders say text/plain, some say nothing.</summary>
    PerhapsJson,

    Other,
}

/// <summary>The body of a hook request: which forms are taken, and the bytes up to the limit.</summary>
internal static class HookBody
{
    public const int MaxBytes = 10 * 1024 * 1024;

    private static readonly string[] JsonTypes = ["application/fhir+json", "application/json", "text/json"];

    /// <summary>The form that the headers announce.</summary>
    public static BodyForm FormOf(HttpRequest request)
    {
        if (Encoding(request) is not ("" or "identity" or "gzip")) return BodyForm.Other;
        if (string.IsNullOrWhiteSpace(request.ContentType)) return BodyForm.PerhapsJson;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) return BodyForm.Other;
        if (JsonTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)) return BodyForm.Json;
        return type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase) ? BodyForm.PerhapsJson : BodyForm.Other;
    }

    /// <summary>True when the body is, or announces to be, JSON.</summary>
    public static bool IsJson(BodyForm form, ReadOnlySpan<byte> body)
    {
        if (form != BodyForm.PerhapsJson) return form == BodyForm.Json;
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var text = (body.StartsWith(mark) ? body[mark.Length..] : body).TrimStart(" \t\r\n"u8);
        return text.Length > 0 && text[0] == (byte)'{';
    }

    /// <summary>The bytes, unpacked; null when there are more than <see cref="MaxBytes"/>, counted as they come and after unpacking.</summary>
    /// <exception cref="InvalidDataException">The body is announced as gzip and is not.</exception>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > MaxBytes) return null;
        if (Encoding(request) != "gzip") return await ReadAsync(request.Body, cancel);
        await using var unpacked = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
        return await ReadAsync(unpacked, cancel);
    }

    private static async Task<byte[]?> ReadAsync(Stream body, CancellationToken cancel)
    {
        using var gathered = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int count; (count = await body.ReadAsync(buffer, cancel)) > 0;)
            {
                if (gathered.Length + count > MaxBytes) return null;
                gathered.Write(buffer, 0, count);
            }
            return gathered.ToArray();
        }
        finally
        {
            // Bodies hold data of patients; a pooled buffer must not carry them on.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static string Encoding(HttpRequest request) => request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
}
