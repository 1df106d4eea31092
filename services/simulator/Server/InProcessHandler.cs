using System.Net;
using System.Net.Http.Headers;

namespace CarT.Fhir.Simulator.Server;

/// <summary>
/// Carries requests to a <see cref="SimulatedEhr"/> without a socket: a client made with it gets the answers, and the faults, that it would get over
/// HTTP. No thread, timer or chance is involved: each answer is there when the call returns. An answer that never comes is told at once, as the
/// <see cref="TaskCanceledException"/> with a <see cref="TimeoutException"/> that a client's own time-out makes of it.
/// </summary>
/// <param name="ehr">The server.</param>
/// <param name="baseUrl">Its base, absolute, without a trailing slash; requests to other addresses find no server.</param>
public sealed class InProcessHandler(SimulatedEhr ehr, string baseUrl) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = ehr.Answer(await ReadAsync(request, cancellationToken));
        if (answer.Loss == AnswerLoss.Everything) throw new TaskCanceledException("No answer came", new TimeoutException());
        return Response(answer, request);
    }

    private async Task<FhirRequest> ReadAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var address = request.RequestUri!.AbsoluteUri;
        if (!address.StartsWith(baseUrl + "/", StringComparison.Ordinal) && address != baseUrl) throw new HttpRequestException("There is no server at this address");
        var parts = address[baseUrl.Length..].TrimStart('/').Split('?', 2);
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>());
        return new FhirRequest(
            request.Method.Method,
            Uri.UnescapeDataString(parts[0]),
            parts.Length > 1 ? parts[1] : "",
            headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            request.Content is null ? default : await request.Content.ReadAsByteArrayAsync(cancel),
            baseUrl);
    }

    private static HttpResponseMessage Response(FhirAnswer answer, HttpRequestMessage request)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { RequestMessage = request, Content = Content(answer, request.Method == HttpMethod.Head) };
        foreach (var (name, value) in answer.Headers()) response.Headers.TryAddWithoutValidation(name, value);
        if (answer.LastModified is { } modified) response.Content.Headers.LastModified = modified;
        return response;
    }

    private static HttpContent Content(FhirAnswer answer, bool isHead)
    {
        if (answer.Body.IsEmpty || isHead) return new ByteArrayContent([]);
        HttpContent content = answer.Loss == AnswerLoss.HalfBody ? new BrokenContent(answer.Half) : new ReadOnlyMemoryContent(answer.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json") { CharSet = "utf-8" };
        return content;
    }

    /// <summary>The connection breaks inside of the body.</summary>
    private sealed class BrokenContent(ReadOnlyMemory<byte> half) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(half);
            throw new IOException("The connection broke inside of the body");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
