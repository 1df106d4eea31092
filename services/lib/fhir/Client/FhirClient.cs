using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CarT.Fhir.R4.Client;

/// <summary>
/// A FHIR R4 REST client for one base address: read, search with paging, conditional create, update with If-Match. Answers come as
/// <see cref="FhirAnswer"/>; nothing that the server or the network does is an exception. Requests leave only for the configured base
/// (<see cref="BaseAddress"/>), whoever made up the address, and redirects are not followed.
/// </summary>
public sealed class FhirClient : IDisposable
{
    public const int DefaultQuickRetries = 2;

    private const string FhirJson = "application/fhir+json";
    private const string PlainJson = "application/json";
    private const string OutsideBase = "outside-base";
    private static readonly FhirAnswer NoNext = new() { Verdict = FhirVerdict.Refused, Fault = FhirAnswer.NextLink };

    // A search that never ends is a server fault; the product's largest honest search is one patient's history.
    private const int MaxPages = 1000;
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan DefaultAttemptTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly TimeProvider time;
    private volatile string mediaType = FhirJson;

    /// <param name="baseUrl">Base of the server, with or without a trailing slash.</param>
    /// <param name="bearerToken">Fixed bearer token, or null.</param>
    /// <param name="time">Machine time, for HTTP-date forms of Retry-After and for the pipeline.</param>
    /// <param name="inner">The innermost handler; null for a real socket.</param>
    /// <param name="attemptTimeout">Longest wait for one answer; null: 10 s. Shorter than any caller's own limit, or the circuit breaker never learns.</param>
    /// <param name="quickRetries">How often a read that failed in passing is tried again at once.</param>
    public FhirClient(
        Uri baseUrl, string? bearerToken, TimeProvider time, HttpMessageHandler? inner = null, TimeSpan? attemptTimeout = null, int quickRetries = DefaultQuickRetries)
    {
        Base = baseUrl.AbsoluteUri.EndsWith('/') ? baseUrl : new Uri(baseUrl.AbsoluteUri + "/");
        this.time = time;
        http = new HttpClient(new ResilienceHandler(time, attemptTimeout ?? DefaultAttemptTimeout, quickRetries, inner ?? NewSocketHandler()))
        {
            BaseAddress = Base,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
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
    /// <see cref="FhirVerdict.Done"/>. A <c>next</c> outside the base, one seen before, or a link that cannot be read ends it
    /// as <see cref="FhirVerdict.Refused"/> with the fault <see cref="FhirAnswer.NextLink"/>.
    /// </summary>
    public async IAsyncEnumerable<FhirAnswer> SearchAsync(string relative, [EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (string? next = relative; next is not null;)
        {
            if (!seen.Add(next) || seen.Count > MaxPages)
            {
                yield return NoNext;
                yield break;
            }
            var page = await SendAsync(HttpMethod.Get, next, cancel, shown: relative);
            if (page.Fault == OutsideBase) page = NoNext;
            yield return page;
            if (page.Verdict != FhirVerdict.Done) yield break;
            var following = SearchPage.NextOf(page.Body);
            if (!following.IsReadable) yield return NoNext;
            next = following.IsReadable ? following.Url : null;
        }
    }

    /// <summary>
    /// <c>POST {type}</c> with If-None-Exist. 201 created, 200 existed, 412 (<see cref="FhirVerdict.Conflict"/>) several exist. A condition that cannot stand
    /// in a header is answered <see cref="FhirVerdict.Refused"/> without asking: without it the server would create a second one.
    /// </summary>
    public Task<FhirAnswer> CreateAsync(string type, ReadOnlyMemory<byte> resource, string? ifNoneExist, CancellationToken cancel)
    {
        if (ifNoneExist is not null && !ifNoneExist.All(IsOfHeader))
            return Task.FromResult(new FhirAnswer { Verdict = FhirVerdict.Refused, Fault = "if-none-exist" });
        return SendAsync(HttpMethod.Post, Uri.EscapeDataString(type), cancel, resource, request =>
        {
            if (ifNoneExist is not null) request.Headers.TryAddWithoutValidation("If-None-Exist", ifNoneExist);
        });
    }

    /// <summary><c>PUT {type}/{id}</c> with If-Match. A version that cannot stand in a header is answered <see cref="FhirVerdict.Refused"/> without asking.</summary>
    public Task<FhirAnswer> UpdateAsync(string type, string id, ReadOnlyMemory<byte> resource, string? ifMatchVersion, CancellationToken cancel)
    {
        if (ifMatchVersion is not null && !ifMatchVersion.All(c => IsOfHeader(c) && c != '"'))
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
        HttpMethod method, string relative, CancellationToken cancel, ReadOnlyMemory<byte>? body = null, Action<HttpRequestMessage>? headers = null,
        string? shown = null)
    {
        using var span = RequestSpan.Start(method, shown ?? relative, Base);
        var answer = await SendAsync(method, relative, body, headers, cancel);
        RequestSpan.Answered(span, answer);
        return answer;
    }

    // Neither answer leaves anything done, so that a write too can be sent once more: a gateway may have lost the session that the token stands for,
    // and some servers know JSON by its plain name only.
    private async Task<FhirAnswer> SendAsync(
        HttpMethod method, string relative, ReadOnlyMemory<byte>? body, Action<HttpRequestMessage>? headers, CancellationToken cancel)
    {
        var type = mediaType;
        var answer = await SendOnceAsync(method, relative, type, body, headers, cancel);
        if (answer.Status == HttpStatusCode.Unauthorized) return await SendOnceAsync(method, relative, type, body, headers, cancel);
        if (!IsOfFormat(answer)) return answer;
        var other = type == FhirJson ? PlainJson : FhirJson;
        answer = await SendOnceAsync(method, relative, other, body, headers, cancel);
        // Only what was done shows that the name was the reason.
        if (answer.Verdict == FhirVerdict.Done) mediaType = other;
        return answer;
    }

    private static bool IsOfFormat(FhirAnswer answer) => answer.Status is HttpStatusCode.UnsupportedMediaType or HttpStatusCode.NotAcceptable;

    private async Task<FhirAnswer> SendOnceAsync(
        HttpMethod method, string relative, string type, ReadOnlyMemory<byte>? body, Action<HttpRequestMessage>? headers, CancellationToken cancel)
    {
        if (BaseAddress.Resolve(Base, relative) is not { } url) return new FhirAnswer { Verdict = FhirVerdict.Refused, Fault = OutsideBase };
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type) { CharSet = "utf-8" };
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
        Date = response.Headers.Date,
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

    private static bool IsOfHeader(char c) => c is > ' ' and < '\x7f';

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
