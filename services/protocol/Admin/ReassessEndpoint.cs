using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Protocol.Reviews;

namespace CarT.Fhir.Protocol.Admin;

/// <summary>
/// <c>POST /admin/reassess</c>: assess one patient (<c>{"patient": {"namespace": "main", "id": "p1"}, "reason": "…"}</c>) or all
/// (<c>{"all": true, "reason": "…"}</c>) again, and send the newest revision again. 202 with the number of patients; errors are problem+json.
/// </summary>
internal static partial class ReassessEndpoint
{
    public static void MapReassess(this IEndpointRouteBuilder routes, CartOptions options) =>
        routes.MapPost("/admin/reassess", HandleAsync)
            .RequireApiSecret(options, () => Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "A bearer secret is needed."));

    private static async Task<IResult> HandleAsync(HttpRequest request, OperatorReassessment reassessment, ILoggerFactory logs, CancellationToken cancel)
    {
        ReassessWish? wish;
        try
        {
            wish = await JsonSerializer.DeserializeAsync<ReassessWish>(request.Body, CartJson.Options, cancel);
        }
        catch (JsonException)
        {
            return Invalid("The body is not the JSON of a wish: patient or all, and reason.");
        }
        if (wish is null || string.IsNullOrWhiteSpace(wish.Reason)) return Invalid("A reason is needed, for the audit trail.");
        if (wish.All == wish.Patient is not null) return Invalid("Name either one patient or all.");
        if (wish.Patient is { } patient && (string.IsNullOrEmpty(patient.Namespace) || string.IsNullOrEmpty(patient.Id)))
            return Invalid("A patient has a namespace and an id.");

        var count = await reassessment.RequestAsync(wish.Patient, cancel);
        if (count == 0 && !wish.All) return Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "Nothing was ever heard of this patient.");
        Log.Reassess(logs.CreateLogger(typeof(ReassessEndpoint)), count);
        return Results.Accepted(value: new { patients = count });
    }

    private static IResult Invalid(string title) => Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: title);

    private sealed record ReassessWish(PatientKey? Patient, bool All, string? Reason);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "An operator asked for the assessment of {Count} patients")]
        public static partial void Reassess(ILogger logger, int count);
    }
}
