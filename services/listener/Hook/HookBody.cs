using System.Buffers;
using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace CarT.Fhir.Listener.Hook;

/// <summary>Why the body of a request could not be had.</summary>
internal enum BodyFault
{
    None,

    /// <summary>Larger than the limit, as announced, as sent or unpacked.</summary>
    TooLarge,

    /// <summary>In an encoding other than gzip.</summary>
    Encoding,

    /// <summary>Announced as gzip, and it is not.</summary>
    NotGzip,

    /// <summary>It did not arrive in its time.</summary>
    TooSlow,

    /// <summary>It broke off.</summary>
    Broken,
}

/// <summary>The body of a hook request, up to the limits of size and time.</summary>
/// <param name="Fault">Why there is none.</param>
/// <param name="Sent">The bytes as they were sent.</param>
/// <param name="Bytes">The bytes, unpacked.</param>
internal sealed record HookBody(BodyFault Fault, byte[] Sent, byte[] Bytes)
{
    public const int MaxBytes = 10 * 1024 * 1024;

    private const string Gzip = "gzip";

    private static readonly string[] JsonTypes =
        ["application/fhir+json", "application/json", "text/json", "application/cloudevents+json", "application/cloudevents-batch+json"];

    /// <summary>Reads the body. It is counted as it comes, so that nobody can announce less than is sent, and a small gzip body cannot become a huge one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The longest that it may take.</param>
    /// <param name="time">Machine time.</param>
    public static async Task<HookBody> ReadAsync(HttpRequest request, TimeSpan limit, TimeProvider time)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (encoding is not ("" or "identity" or Gzip)) return Failed(BodyFault.Encoding);
        if (request.ContentLength > MaxBytes) return Failed(BodyFault.TooLarge);
        using var enough = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, request.HttpContext.RequestAborted);
        try
        {
            if (await ReadAsync(request.Body, either.Token) is not { } sent) return Failed(BodyFault.TooLarge);
            if (encoding != Gzip || sent.Length == 0) return new HookBody(BodyFault.None, sent, sent);
            await using var unpacked = new GZipStream(new MemoryStream(sent), CompressionMode.Decompress);
            return await ReadAsync(unpacked, either.Token) is { } bytes ? new HookBody(BodyFault.None, sent, bytes) : Failed(BodyFault.TooLarge);
        }
        catch (OperationCanceledException)
        {
            return Failed(enough.IsCancellationRequested ? BodyFault.TooSlow : BodyFault.Broken);
        }
        catch (InvalidDataException)
        {
            return Failed(BodyFault.NotGzip);
        }
        // The server has limits of its own: a rate below which it waits no longer, and a size.
        catch (BadHttpRequestException e)
        {
            return Failed(e.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => BodyFault.TooSlow,
                StatusCodes.Status413PayloadTooLarge => BodyFault.TooLarge,
                _ => BodyFault.Broken,
            });
        }
        catch (IOException)
        {
            return Failed(BodyFault.Broken);
        }
    }

    /// <summary>True when the body is, or announces to be, JSON: some senders say text/plain and some say nothing, and then it must look like it.</summary>
    public bool IsJson(string? contentType)
    {
        if (!string.IsNullOrWhiteSpace(contentType))
        {
            if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
            if (JsonTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)) return true;
            if (!type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)) return false;
        }
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        ReadOnlySpan<byte> all = Bytes;
        var text = (all.StartsWith(mark) ? all[mark.Length..] : all).TrimStart(" \t\r\n"u8);
        return text is [(byte)'{' or (byte)'[', ..];
    }

    private static HookBody Failed(BodyFault fault) => new(fault, [], []);

    private static async Task<byte[]?> ReadAsync(Stream body, CancellationToken cancel)
    {
        using var gathered = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
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
}
