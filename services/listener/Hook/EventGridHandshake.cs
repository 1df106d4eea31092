using System.Text.Json;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Hook;

/// <summary>
/// The two ways in which Event Grid asks whether we want its events. They protect others from unwanted traffic and say nothing about who may deliver:
/// every delivery needs the credential of the source.
/// </summary>
internal static class EventGridHandshake
{
    private const string ValidationEvent = "Microsoft.EventGrid.SubscriptionValidationEvent";
    private const int LongestOrigin = 255;

    /// <summary>The question before CloudEvents are sent: a name of the sender, which is repeated.</summary>
    public static IResult AnswerOptions(HttpContext context)
    {
        var origin = context.Request.Headers["WebHook-Request-Origin"].ToString();
        if (origin.Length is 0 or > LongestOrigin || !origin.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '*' or ':'))
            return HookAnswers.Malformed("WebHook-Request-Origin is needed, the name of the sender.");
        context.Response.Headers["WebHook-Allowed-Origin"] = origin;
        context.Response.Headers["WebHook-Allowed-Rate"] = "*";
        context.Response.Headers.Allow = "OPTIONS, POST";
        return HookAnswers.Stored;
    }

    /// <summary>The answer to the validation event of the Event Grid schema; null when the body is none.</summary>
    public static IResult? AnswerValidation(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(FhirJsonScan.WithoutMark(body));
        var events = document.RootElement.Items().ToList();
        if (events is not [var only] || only.Text("eventType") != ValidationEvent) return null;
        var code = only.Member("data").Text("validationCode");
        return code is null ? HookAnswers.Malformed("The validation event has no code.") : Results.Json(new { validationResponse = code });
    }
}
