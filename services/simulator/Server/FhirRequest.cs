using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace CarT.Fhir.Simulator.Server;

/// <summary>
/// One RESTful interaction, free of HTTP: it arrives over the wire or as an entry of a batch or transaction.
/// <see cref="Path"/> is relative to the base without a leading slash, <see cref="Query"/> has no question mark,
/// and <see cref="Headers"/> are looked up regardless of case.
/// </summary>
public sealed record FhirRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, string BaseUrl)
{
    /// <summary>The value of a header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The newest writes that the search index of the server does not know yet; null: it knows all. Part of a fault, not of a wish.</summary>
    public IndexLag? Lag { get; init; }

    internal bool Prefers(string preference) =>
        Header("Prefer") is { } prefer && prefer.Contains(preference, StringComparison.OrdinalIgnoreCase);
}

/// <summary>How far a search index is behind: it answers as of the time before these writes, whichever of the two goes further back.</summary>
/// <param name="Writes">The newest writes of the server, of any type.</param>
/// <param name="Age">Writes younger than this, by the calendar of the server.</param>
public sealed record IndexLag(int Writes, TimeSpan Age);

/// <summary>What the sender of a request gets to see of its answer.</summary>
public enum AnswerLoss
{
    None,

    /// <summary>The connection breaks after half of the body.</summary>
    HalfBody,

    /// <summary>No answer comes until the sender gives up.</summary>
    Everything,
}

/// <summary>The answer to a <see cref="FhirRequest"/>: a status and, where there is one, a JSON resource as UTF-8.</summary>
public sealed record FhirAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public string? ETag { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Absolute address of the version that a write left behind.</summary>
    public string? Location { get; init; }

    /// <summary>Seconds for the <c>Retry-After</c> header of an injected 429 or 503.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The same as a time, for the other form of the header (HTTP-date).</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>How much of the answer is lost on its way.</summary>
    public AnswerLoss Loss { get; init; }

    internal ReadOnlyMemory<byte> Half => Body[..(Body.Length / 2)];

    /// <summary>The headers of the answer, without those that describe the body.</summary>
    internal IEnumerable<(string Name, string Value)> Headers()
    {
        if (ETag is not null) yield return ("ETag", ETag);
        if (Location is not null) yield return ("Location", Location);
        if ((RetryAfter?.ToString(CultureInfo.InvariantCulture) ?? RetryAt?.ToString("R", CultureInfo.InvariantCulture)) is { } wait) yield return ("Retry-After", wait);
    }

    /// <summary>An OperationOutcome with one issue.</summary>
    public static FhirAnswer Outcome(HttpStatusCode status, string code, string text, string severity = "error") =>
        new((int)status, Json.Bytes(new JsonObject
        {
            ["resourceType"] = "OperationOutcome",
            ["issue"] = new JsonArray(new JsonObject
            {
                ["severity"] = severity,
                ["code"] = code,
                ["details"] = new JsonObject { ["text"] = text },
            }),
        }));
}

/// <summary>A refusal of an interaction; becomes an OperationOutcome with this status and issue code.</summary>
internal sealed class FhirProblemException(HttpStatusCode status, string code, string text) : Exception(text)
{
    public FhirAnswer Answer => FhirAnswer.Outcome(status, code, Message);

    public static FhirProblemException Invalid(string text) => new(HttpStatusCode.BadRequest, "invalid", text);

    public static FhirProblemException NotFound(string reference) => new(HttpStatusCode.NotFound, "not-found", $"{reference} is not known");
}
