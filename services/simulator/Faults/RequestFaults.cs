using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.Simulator.Faults;

/// <summary>
/// A charting system that fails: set <see cref="Answer"/> as <see cref="SimulatedEhrOptions.Around"/>. The first rule that strikes a request wins.
/// Thread-safe.
/// </summary>
/// <param name="seed">Of the chance in rules with a rate.</param>
/// <param name="clock">The client's clock, for the HTTP-date form of Retry-After.</param>
/// <param name="rules">What goes wrong, and when.</param>
public sealed class RequestFaults(int seed, TimeProvider clock, params IReadOnlyList<RequestRule> rules)
{
    private readonly FaultPlan<RequestRule> plan = new(seed, rules);

    /// <summary>How often each kind of fault struck: by name of the fault, or <c>status-412</c>.</summary>
    public IReadOnlyDictionary<string, int> Injected => plan.Injected;

    /// <summary>From now on the server works.</summary>
    public void End() => plan.End();

    /// <summary>Answers a request by the server's own way of answering, or by the fault that strikes it.</summary>
    public FhirAnswer Answer(FhirRequest request, Func<FhirRequest, FhirAnswer> serve)
    {
        if (plan.Strike(rule => rule.Matches(request)) is not { } rule) return serve(request);
        return rule.Fault switch
        {
            RequestFault.Status => Refusal(rule),
            RequestFault.NoAnswer => new FhirAnswer(0, default) { Loss = AnswerLoss.Everything },
            RequestFault.DoneWithoutAnswer => serve(request) with { Loss = AnswerLoss.Everything },
            RequestFault.HalfBody => serve(request) with { Loss = AnswerLoss.HalfBody },
            RequestFault.StaleSearch => serve(request with { Lag = rule.Lag }),
            RequestFault.DuplicateCreate => CreateTwice(request, serve),
            RequestFault.WarningInBody => Warned(serve(request), rule),
            _ => Bare(serve(request)),
        };
    }

    private static FhirAnswer Bare(FhirAnswer answer) => answer.Status < 300 ? new FhirAnswer(answer.Status, default) : answer;

    private FhirAnswer Refusal(RequestRule rule) => new((int)rule.Status, Outcome(rule, "error"))
    {
        RetryAfter = rule.AsDate ? null : (int?)rule.RetryAfter?.TotalSeconds,
        RetryAt = rule.AsDate ? clock.GetUtcNow() + rule.RetryAfter : null,
    };

    private static FhirAnswer CreateTwice(FhirRequest request, Func<FhirRequest, FhirAnswer> serve)
    {
        var unconditional = request with
        {
            Headers = request.Headers.Where(header => !header.Key.Equals("If-None-Exist", StringComparison.OrdinalIgnoreCase)).ToDictionary(StringComparer.OrdinalIgnoreCase),
        };
        serve(unconditional);
        return serve(unconditional);
    }

    private static FhirAnswer Warned(FhirAnswer answer, RequestRule rule) =>
        answer.Status < 300 ? answer with { Body = Outcome(rule with { IssueCode = rule.IssueCode ?? "business-rule" }, "warning") } : answer;

    private static ReadOnlyMemory<byte> Outcome(RequestRule rule, string severity)
    {
        if (rule.IssueCode is not { } code) return default;
        var issue = new JsonObject
        {
            ["severity"] = severity,
            ["code"] = code,
            ["details"] = new JsonObject { ["text"] = "Injected: " + rule.Kind },
        };
        if (rule.Expression is not null) issue["expression"] = new JsonArray(rule.Expression);
        return Json.Bytes(new JsonObject { ["resourceType"] = "OperationOutcome", ["issue"] = new JsonArray(issue) });
    }
}
