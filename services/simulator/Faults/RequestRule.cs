using System.Net;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.Simulator.Faults;

/// <summary>What can go wrong with a request to the charting system.</summary>
public enum RequestFault
{
    /// <summary>It is not done and answered with <see cref="RequestRule.Status"/>.</summary>
    Status,

    /// <summary>It is not done, and no answer comes until the client gives up.</summary>
    NoAnswer,

    /// <summary>It is done, and no answer comes: the time-out with an effect.</summary>
    DoneWithoutAnswer,

    /// <summary>It is done, and the connection breaks inside of the body of the answer.</summary>
    HalfBody,

    /// <summary>The search does not see the newest writes (<see cref="RequestRule.Lag"/>).</summary>
    StaleSearch,

    /// <summary>A conditional create is done as if two servers raced: <c>If-None-Exist</c> is not looked at and two resources arise.</summary>
    DuplicateCreate,

    /// <summary>It is done, and the body of the answer is an OperationOutcome with a warning.</summary>
    WarningInBody,

    /// <summary>It is done and answered without a body, a Location or an ETag.</summary>
    WithoutBody,
}

/// <summary>A fault of requests, and the requests that it is about.</summary>
/// <param name="Fault">What happens.</param>
public sealed record RequestRule(RequestFault Fault) : FaultRule
{
    /// <summary>HTTP method; null: any that the fault makes sense for.</summary>
    public string? Method { get; init; }

    /// <summary>Resource type, or another first part of the path such as <c>metadata</c>; null: any.</summary>
    public string? Type { get; init; }

    /// <summary>Only requests with <c>If-Match</c> or <c>If-None-Exist</c>.</summary>
    public bool IsConditional { get; init; }

    /// <summary>A further condition; null: none.</summary>
    public Func<FhirRequest, bool>? Where { get; init; }

    /// <summary>For <see cref="RequestFault.Status"/>.</summary>
    public HttpStatusCode Status { get; init; } = HttpStatusCode.InternalServerError;

    /// <summary>Code of the issue in the OperationOutcome; null: the answer has no body.</summary>
    public string? IssueCode { get; init; }

    /// <summary><c>issue.expression</c> of the OperationOutcome; null: none.</summary>
    public string? Expression { get; init; }

    /// <summary>The wait that a <c>Retry-After</c> asks for; null: no such header.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether <c>Retry-After</c> is an HTTP-date.</summary>
    public bool AsDate { get; init; }

    /// <summary>For <see cref="RequestFault.StaleSearch"/>; by default the newest write is not seen.</summary>
    public IndexLag Lag { get; init; } = new(1, TimeSpan.Zero);

    public override string Kind => Fault == RequestFault.Status ? $"status-{(int)Status}" : Fault.ToString();

    /// <summary>The request is not done and is answered with this status.</summary>
    public static RequestRule Answering(HttpStatusCode status, string? issueCode = null) => new(RequestFault.Status) { Status = status, IssueCode = issueCode };

    internal bool Matches(FhirRequest request) =>
        (Method is null ? SuitsFault(request) : Method == request.Method)
        && (Type is null || Type == request.Path.Split('/')[0])
        && (!IsConditional || request.Header("If-Match") is not null || request.Header("If-None-Exist") is not null)
        && Where?.Invoke(request) != false;

    private bool SuitsFault(FhirRequest request) => Fault switch
    {
        RequestFault.StaleSearch => request.Method == "GET" && request.Path is not "metadata" && !request.Path.Contains('/', StringComparison.Ordinal),
        RequestFault.DuplicateCreate => request.Header("If-None-Exist") is not null,
        RequestFault.DoneWithoutAnswer or RequestFault.WarningInBody or RequestFault.WithoutBody => request.Method is "POST" or "PUT",
        _ => true,
    };
}
