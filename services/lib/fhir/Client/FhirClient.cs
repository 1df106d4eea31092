using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CarT.Fhir.R4.Client;

/// <summary>
/// A FHIR R4 REST client for one base address: read, search with paging, conditional create, update with If-Match. Answers come as
/// <see cref="FhirAnswer"/>; nothing that the server or the network does is an exception. Requests leave only for the configured base: the scheme, host,
/// port and path prefix of every <c>next</c> link are compared with it, and redirects are not followed.
/// </summary>
public sealed class FhirClient : IDisposable
{
    private const string Json = "application/fhir+json";

    // A search that never ends is a server fault; the product's largest honest search is one patient's history.
    private const int MaxPages = 1000;
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan DefaultAttemptTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <param name="baseUrl">Base of the server, with or without a trailing slash.</param>
    /// <param name="bearerToken">Fixed bearer token, or null.</param>
    /// <param name="time">Machine time, for HTTP-date forms of Retry-After and for the pipeline.</param>
    /// <param name="inner">The innermost handler; null for a real socket.</param>
    /// <param name="attemptTimeout">Longest wait for one answer; null: 10 s. Shorter than any caller's own limit, or the circuit breaker never learns.</param>
    public FhirClient(Uri baseUrl, string? bearerToken, TimeProvider time, HttpMessageHandler? inner = null, TimeSpan? attemptTimeout = null)
    {
        Base = baseUrl.AbsoluteUri.EndsWith('/') ? baseUrl : new Uri(baseUrl.AbsoluteUri + "/");
        this.time = time;
        http = new HttpClient(new ResilienceHandler(time, attemptTimeout ?? DefaultAttemptTimeout, inner ?? NewSocketHandler()))
        {
            BaseAddress = Base,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(Json));
        if (bearerToken is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearerToken);
    }

    /// <summary>Base of the server, with a trailing slash.</summary>
    public Uri Base { get; }

    /// <summary><c>GET {type}/{id}</c>.</summary>
    public Task<FhirAnswer> ReadAsync(string type, string id, CancellationToken cancel) => SendAsync(HttpMethod.Get, Path(type, id), cancel);

    /// <summary>Any GET below the base, for example <c>metadata</c> or <c>Flag?identifier=…</c>.</summary>
    public Task<FhirAnswer> GetAsync(string relative, CancellationToken cancel) => SendAsync(HttpMethod.Get, relative, cancel);

    /// <summary>
    /// Searches and follows <c>next</c> until the last page. Each page is an answer; the sequence ends with the first answer that is not
    /// <see cref="FhirVerdict.Done"/>. A <c>next</c> outside the base, or one seen before, ends it as <see cref="FhirVerdict.Refused"/>.
    /// </summary>
    public async IAsyncEnumerable<FhirAnswer> SearchAsync(string relative, [EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (string? next = relative; next is not null;)
        {
            if (!seen.Add(next) || seen.Count > MaxPages || !IsBelowBase(next))
            {
                yield return new FhirAnswer { Verdict = FhirVerdict.Refused, Fault = "next-link" };
                yield break;
            }
            var page = await SendAsync(HttpMethod.Get, next, cancel);
            yield return page;
            next = page.Verdict == FhirVerdict.Done ? NextLink(page.Body) : null;
        }
    }

    /// <summary><c>POST {type}</c> with If-None-Exist. 201 created, 200 existed, 412 (<see cref="FhirVerdict.Conflict"/>) several exist.</summary>
    public Task<FhirAnswer> CreateAsync(string type, ReadOnlyMemory<byte> resource, string? ifNoneExist, CancellationToken cancel) =>
        SendAsync(HttpMethod.Post, Uri.EscapeDataString(type), cancel, resource, request =>
        {
            if (ifNoneExist is not null) request.Headers.TryAddWithoutValidation("If-None-Exist", ifNoneExist);
        });

    /// <summary><c>PUT {type}/{id}</c> with If-Match. A version that cannot stand in a header is answered <see cref="FhirVerdict.Refused"/> without asking.</summary>
    public Task<FhirAnswer> UpdateAsync(string type, string id, ReadOnlyMemory<byte> resource, string? ifMatchVersion, CancellationToken cancel)
    {
        if (ifMatchVersion is not null && !ifMatchVersion.All(c => c is > ' ' and < '\x7f' and not '"'))
            return Task.FromResult(new FhirAnswer { Verdict = FhirVerdict.Refused, Fault = "version-id" });
        return SendAsync(HttpMethod.Put, Path(type, id), cancel, resource, request =>
        {
            if (ifMatchVersion is not null) request.Headers.TryAddWithoutValidation("If-Match", $"W/\"{ifMatchVersion}\"");
        });
    }

    /// <summary><c>DELETE {type}/{id}</c>.</summary>
    public Task<FhirAnswer> DeleteAsync(string type, string id, CancellationToken cancel) => SendAsync(HttpMethod.Delete, Path(type, id), cancel);

    /// <summary>Escapes a search value: the characters <c>\ , $ |</c> of FHIR, then the URL.</summary>
    public static string SearchValue(string value) =>
        Uri.EscapeDataString(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal));

    /// <summary>A token search value, <c>system|value</c>.</summary>
    public static string Token(string system, string value) => SearchValue(system) + "%7C" + SearchValue(value);

    public void Dispose() => http.Dispose();

    private async Task<FhirAnswer> SendAsync(
        HttpMethod method, string relative, CancellationToken cancel, ReadOnlyMemory<byte>? body = null, Action<HttpRequestMessage>? headers = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(relative, UriKind.RelativeOrAbsolute));
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(Json) { CharSet = "utf-8" };
            request.Headers.TryAddWithoutValidation("Prefer", "return=representation");
        }
        headers?.Invoke(request);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancel);
            return Describe(response, await response.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (Exception e) when (FaultOf(e, cancel) is { } fault)
        {
            return new FhirAnswer { Verdict = FhirVerdict.Unknown, Fault = fault };
        }
    }

    // The resilience handler throws its own types; everything that means "no answer" ends here, and nothing else does.
    private static string? FaultOf(Exception e, CancellationToken cancel) => e switch
    {
        TimeoutRejectedException => "timeout",
        BrokenCircuitException => "circuit-open",
        HttpRequestException or IOException => "connection",
        // A body that is not what its Content-Encoding says.
        InvalidDataException => "connection",
        OperationCanceledException when !cancel.IsCancellationRequested => "timeout",
        _ => null,
    };

    private FhirAnswer Describe(HttpResponseMessage response, byte[] body) => new()
    {
        Verdict = VerdictOf(response),
        Status = response.StatusCode,
        Body = body,
        VersionId = response.Headers.ETag?.Tag.Trim('"'),
        Location = response.Headers.Location?.ToString(),
        RetryAfter = RetryAfterOf(response),
    };

    private static FhirVerdict VerdictOf(HttpResponseMessage response) => response.StatusCode switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous => FhirVerdict.Done,
        HttpStatusCode.NotModified => FhirVerdict.NotModified,
        HttpStatusCode.NotFound => FhirVerdict.NotFound,
        HttpStatusCode.Gone => FhirVerdict.Gone,
        HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => FhirVerdict.Conflict,
        HttpStatusCode.TooManyRequests => FhirVerdict.Throttled,
        HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is not null => FhirVerdict.Throttled,
        HttpStatusCode.RequestTimeout => FhirVerdict.Unknown,
        >= HttpStatusCode.InternalServerError => FhirVerdict.Unknown,
        _ => FhirVerdict.Refused,
    };

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }

    private bool IsBelowBase(string link)
    {
        if (!Uri.TryCreate(Base, link, out var url)) return false;
        // Paging links of some servers are the base itself with a query (…/fhir?_getpages=…), without its trailing slash.
        var below = url.AbsolutePath.StartsWith(Base.AbsolutePath, StringComparison.Ordinal) || url.AbsolutePath + "/" == Base.AbsolutePath;
        return below && url.Scheme == Base.Scheme && url.Authority == Base.Authority && url.UserInfo.Length == 0;
    }

    private static string? NextLink(ReadOnlyMemory<byte> bundle)
    {
        try
        {
            using var document = JsonDocument.Parse(bundle);
            if (!document.RootElement.TryGetProperty("link", out var links)) return null;
            return links.EnumerateArray().Where(link => link.GetProperty("relation").ValueEquals("next")).Select(link => link.GetProperty("url").GetString()).FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Not a Bundle: the caller meets the same bytes and refuses them with their path.
            return null;
        }
    }

    private static string Path(string type, string id) => Uri.EscapeDataString(type) + "/" + Uri.EscapeDataString(id);

    private static SocketsHttpHandler NewSocketHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = 32,
    };
}
