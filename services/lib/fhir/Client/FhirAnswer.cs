using System.Net;
using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace CarT.Fhir.R4.Client;

/// <summary>What an answer of a FHIR server means for the caller (IG: HTTP R4 section 3.1; the same conflict is 409 at some servers and 412 at others).</summary>
public enum FhirVerdict
{
    /// <summary>2xx: done.</summary>
    Done,

    /// <summary>304: unchanged.</summary>
    NotModified,

    /// <summary>404: unknown there.</summary>
    NotFound,

    /// <summary>410: deleted by somebody. Never to be created again.</summary>
    Gone,

    /// <summary>409 or 412: the resource changed under us, or several match. Read again and decide again.</summary>
    Conflict,

    /// <summary>429, or 503 with Retry-After: the server asks for a pause.</summary>
    Throttled,

    /// <summary>Another 4xx: refused; sending it again cannot help.</summary>
    Refused,

    /// <summary>5xx, time-out, broken connection: what happened there is unknown. After a write, search before doing anything.</summary>
    Unknown,
}

/// <summary>The answer of a FHIR server, or the absence of one, as data.</summary>
public sealed record FhirAnswer
{
    public required FhirVerdict Verdict { get; init; }

    /// <summary>HTTP status; null when no answer came.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The body as received; empty when there was none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The version of the ETag header (<c>W/"3"</c> gives 3), or null.</summary>
    public string? VersionId { get; init; }

    /// <summary>The Location header as received, or null.</summary>
    public string? Location { get; init; }

    /// <summary>The server's own time (header Date, whole seconds), or null.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>How long the server asked us to wait, from either form of Retry-After; null when it did not ask.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Fault of a search whose pages cannot be followed to the last.</summary>
    public const string NextLink = "next-link";

    /// <summary>Why no answer came: <c>timeout</c>, <c>connection</c> or <c>circuit-open</c>; null when one came.</summary>
    public string? Fault { get; init; }

    /// <summary>
    /// The issue codes of an OperationOutcome body, <c>severity:code</c>, for logs and ledgers; no free text, since servers put patient data there, and
    /// <c>other</c> for a code that FHIR does not have. Empty when the body is absent, HTML, or something else.
    /// </summary>
    public IReadOnlyList<string> IssueCodes() => [.. Issues().Select(issue =>
        Known<OperationOutcome.IssueSeverity>(issue.Severity) + ":" + Known<OperationOutcome.IssueType>(issue.Code))];

    /// <summary>The issues of an OperationOutcome body.</summary>
    public IReadOnlyList<FhirIssue> Issues() => FhirIssue.ReadAll(Body);

    /// <summary>
    /// Whether this page of results says of itself that there is more than the search gave: it holds an OperationOutcome with an error. What it does give
    /// is good; what it lacks is unknown and not none. False for anything else.
    /// </summary>
    public bool IsPartial() => SearchPage.IsPartial(Body);

    private static string Known<T>(string code)
        where T : struct, Enum => code.Length == 0 || EnumUtility.ParseLiteral<T>(code) is not null ? code : "other";

    /// <summary>The body as text, cut at <paramref name="limit"/> characters, to be kept with a refused write and shown to operators.</summary>
    public string BodyText(int limit)
    {
        var text = Encoding.UTF8.GetString(Body.Span);
        return text.Length <= limit ? text : text[..limit];
    }
}
