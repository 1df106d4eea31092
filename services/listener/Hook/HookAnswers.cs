using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using Task = System.Threading.Tasks.Task;

namespace CarT.Fhir.Listener.Hook;

/// <summary>
/// The answers of the hook. Success is 200 without body and content type: the one answer that every sender takes; an error is an OperationOutcome.
/// </summary>
internal static class HookAnswers
{
    private const string FhirJsonType = "application/fhir+json; charset=utf-8";

    public static IResult Stored { get; } = Results.StatusCode(StatusCodes.Status200OK);

    public static IResult UnknownSource => Refuse(StatusCodes.Status404NotFound, IssueType.NotFound, "No such source.");

    public static IResult UnknownPath => Refuse(StatusCodes.Status404NotFound, IssueType.NotFound, "The hook has no such path.");

    public static IResult NotAllowed => Refuse(StatusCodes.Status405MethodNotAllowed, IssueType.NotSupported, "The hook does not take this method here.");

    public static IResult Login => Refuse(StatusCodes.Status401Unauthorized, IssueType.Login, "A credential of this source is needed.");

    public static IResult TooMany => Refuse(StatusCodes.Status429TooManyRequests, IssueType.Throttled, "Too many requests. Send it again later.");

    public static IResult NoId => Refuse(StatusCodes.Status400BadRequest, IssueType.Invalid, "The path holds no FHIR id.");

    public static IResult NotJson => Unsupported;

    private static Answer Unsupported =>
        Refuse(StatusCodes.Status415UnsupportedMediaType, IssueType.NotSupported, "JSON is taken only: application/fhir+json, not encoded or gzip.");

    public static IResult Malformed(string text) => Refuse(StatusCodes.Status400BadRequest, IssueType.Structure, text);

    public static IResult Disagrees(string text) => Refuse(StatusCodes.Status400BadRequest, IssueType.Invalid, text);

    public static IResult StoreFails =>
        Refuse(StatusCodes.Status503ServiceUnavailable, IssueType.Transient, "The notification could not be stored. Send it again.");

    /// <summary>The answer to a body that could not be had; null when there was no fault.</summary>
    public static Answer? Of(BodyFault fault) => fault switch
    {
        BodyFault.None => null,
        BodyFault.TooLarge => Refuse(StatusCodes.Status413PayloadTooLarge, IssueType.TooLong, "The body is larger than 10 MB."),
        BodyFault.Encoding => Unsupported,
        BodyFault.NotGzip => Refuse(StatusCodes.Status400BadRequest, IssueType.Structure, "The body is announced as gzip and is not."),
        BodyFault.TooSlow => Refuse(StatusCodes.Status408RequestTimeout, IssueType.Timeout, "The body took too long to arrive."),
        BodyFault.Broken => Refuse(StatusCodes.Status400BadRequest, IssueType.Structure, "The body broke off."),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    private static Answer Refuse(int status, IssueType code, string text)
    {
        var outcome = new OperationOutcome
        {
            Issue =
            [
                new OperationOutcome.IssueComponent
                {
                    Severity = OperationOutcome.IssueSeverity.Error, Code = code, Details = new CodeableConcept { Text = text },
                },
            ],
        };
        return new Answer(status, FhirJson.Write(outcome));
    }

    /// <summary>An error answer, an OperationOutcome.</summary>
    internal sealed record Answer(int Status, byte[] Body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            httpContext.Response.ContentType = FhirJsonType;
            httpContext.Response.ContentLength = Body.Length;
            return httpContext.Response.Body.WriteAsync(Body, httpContext.RequestAborted).AsTask();
        }
    }
}
