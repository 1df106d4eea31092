using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Hook;

/// <summary>
/// The door (FHIR R4 rest-hook; Subscriptions R5 Backport IG): authenticate, limit, look at the outside of the JSON, store, answer. Nothing is worked
/// before the answer, and nothing is answered 200 that is not on disk.
/// </summary>
internal sealed partial class HookEndpoints(
    SourceTable sources, ListenerStore store, ListenerMetrics metrics, Failpoints failpoints, TimeProvider time, ILogger<HookEndpoints> log)
{
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(10);

    private static readonly string[] KeptHeaders =
        ["User-Agent", "X-Request-Id", "X-Medplum-Subscription", "X-Medplum-Interaction", "X-Medplum-Deleted-Resource"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/fhir/hook/{source}", (string source, HttpContext context) => TakeAsync(context, source, null, null));
        routes.MapPut("/fhir/hook/{source}/{type}/{id}", (string source, string type, string id, HttpContext context) => TakeAsync(context, source, type, id));
        routes.MapMethods("/fhir/hook/{source}", [HttpMethods.Get, HttpMethods.Head], (string source, HttpContext context) =>
            Admit(context, source, out var refusal) is null ? refusal! : HookAnswers.Stored);
        // Whatever else is below the hook is answered here: elsewhere nobody knows the secret of the source.
        routes.Map("/fhir/hook/{source}/{**rest}", (string source, string? rest, HttpContext context) => NotTaken(context, source, rest));
    }

    private IResult NotTaken(HttpContext context, string name, string? rest)
    {
        if (Admit(context, name, out var refusal) is not { } source) return refusal!;
        var allowed = string.IsNullOrEmpty(rest) ? "GET, HEAD, POST" : rest.Count(c => c == '/') == 1 ? "PUT" : null;
        if (allowed is null) return Reject(source, StatusCodes.Status404NotFound, HookAnswers.UnknownPath);
        context.Response.Headers.Allow = allowed;
        return Reject(source, StatusCodes.Status405MethodNotAllowed, HookAnswers.NotAllowed);
    }

    private async Task<IResult> TakeAsync(HttpContext context, string name, string? type, string? id)
    {
        if (Admit(context, name, out var refusal) is not { } source) return refusal!;
        var form = HookBody.FormOf(context.Request);
        if (form == BodyForm.Other) return Reject(source, StatusCodes.Status415UnsupportedMediaType, HookAnswers.NotJson);
        byte[]? body;
        try
        {
            body = await HookBody.ReadAsync(context.Request, context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return Reject(source, StatusCodes.Status400BadRequest, HookAnswers.Malformed("The body is announced as gzip and is not."));
        }
        if (body is null) return Reject(source, StatusCodes.Status413PayloadTooLarge, HookAnswers.TooLarge);
        var isPing = body.Length == 0 && type is null;
        if (!isPing && !HookBody.IsJson(form, body)) return Reject(source, StatusCodes.Status415UnsupportedMediaType, HookAnswers.NotJson);

        var notification = Notification(context, source, type, id, body);
        return isPing
            ? await StoreAsync(notification with { Kind = NotificationKind.Ping, Status = RowStatus.Unsupported }, source, null, HookAnswers.Stored, context)
            : await JudgeAsync(notification, source, context);
    }

    private Source? Admit(HttpContext context, string name, out IResult? refusal)
    {
        refusal = null;
        if (!sources.TryFind(name, out var source)) refusal = HookAnswers.UnknownSource;
        else if (!source.Secret.Accepts(context.Request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            refusal = Reject(source, StatusCodes.Status401Unauthorized, HookAnswers.Login);
            source = null;
        }
        return source;
    }

    private async Task<IResult> JudgeAsync(NewNotification notification, Source source, HttpContext context)
    {
        var scan = FhirJsonScan.Scan(notification.Body);
        if (scan.Problem is { } problem && problem.Code != ReadProblemCodes.NoResourceType)
        {
            var malformed = notification with { Kind = NotificationKind.Malformed, Status = RowStatus.Refused };
            return await StoreAsync(malformed, source, Refusal(notification, problem.Text), HookAnswers.Malformed(problem.Text), context);
        }
        if (notification.ResourceType is { } type && (type != scan.Header.Type || notification.ResourceId != scan.Header.Id))
        {
            const string text = "The type and id of the path are not those of the body.";
            var refused = notification with { Status = RowStatus.Refused };
            return await StoreAsync(refused, source, Refusal(notification, text), HookAnswers.Disagrees(text), context);
        }
        var kind = scan.Header.Type == "Bundle" ? NotificationKind.Bundle : NotificationKind.Resource;
        return await StoreAsync(notification with { Kind = kind }, source, null, HookAnswers.Stored, context);
    }

    private async Task<IResult> StoreAsync(NewNotification notification, Source source, NewRefusal? refusal, IResult answer, HttpContext context)
    {
        var started = time.GetTimestamp();
        try
        {
            await failpoints.ReachAsync(Failpoints.HookReceived);
            var id = await store.AddAsync(notification, refusal, CancellationToken.None).WaitAsync(StoreLimit, time);
            metrics.Stored(source.Name, notification.Kind, time.GetElapsedTime(started));
            Activity.Current?.SetTag("cart.row", id);
            if (refusal is not null)
            {
                metrics.Refused(source.Name, refusal.Code);
                Log.RefusedAtDoor(log, source.Name, id, refusal.Code);
            }
            source.RowsCame.Raise();
            await failpoints.ReachAsync(Failpoints.HookStored);
            return answer;
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException)
        {
            Log.StoreFails(log, e, source.Name);
            context.Response.Headers.RetryAfter = "5";
            return Reject(source, StatusCodes.Status503ServiceUnavailable, HookAnswers.StoreFails);
        }
    }

    private IResult Reject(Source source, int status, IResult answer)
    {
        metrics.Rejected(source.Name, status);
        return answer;
    }

    private NewNotification Notification(HttpContext context, Source source, string? type, string? id, byte[] body) => new()
    {
        Source = source.Name,
        ReceivedAt = time.GetUtcNow(),
        Method = context.Request.Method,
        ResourceType = type,
        ResourceId = id,
        ContentType = context.Request.ContentType,
        Headers = JsonSerializer.Serialize(
            KeptHeaders.Where(context.Request.Headers.ContainsKey).ToDictionary(header => header, header => context.Request.Headers[header].ToString())),
        TraceParent = CartTelemetry.CurrentTraceParent,
        Body = body,
        Kind = NotificationKind.Resource,
    };

    // The path is the sender's claim; it names the refused resource for operators even when the body cannot be read.
    private static NewRefusal Refusal(NewNotification notification, string text) =>
        new(DataQualityCodes.ResourceInvalid, notification.ResourceType is null ? null : $"{notification.ResourceType}/{notification.ResourceId}", text);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Source {Source}: row {Row} refused at the door, {Code}")]
        public static partial void RefusedAtDoor(ILogger logger, string source, long row, string code);

        [LoggerMessage(2, LogLevel.Error, "Source {Source}: a notification could not be stored; its sender was asked to send it again")]
        public static partial void StoreFails(ILogger logger, Exception exception, string source);
    }
}
