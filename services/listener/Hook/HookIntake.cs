using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Hook;

/// <summary>
/// What happens to a body that was let in: a look at the outside of its JSON, store, answer. Nothing is worked before the answer, and nothing is answered
/// 200 that is not on disk.
/// </summary>
internal sealed partial class HookIntake(ListenerStore store, ListenerMetrics metrics, Failpoints failpoints, TimeProvider time, ILogger<HookIntake> log)
{
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(10);

    private static readonly string[] KeptHeaders =
        ["User-Agent", "X-Request-Id", "X-Medplum-Subscription", HookRequest.InteractionHeader, HookRequest.DeletedResourceHeader];

    /// <param name="context">The request; its body is read.</param>
    /// <param name="source">Who sent it.</param>
    /// <param name="channel">One of <see cref="HookChannel"/>, or null.</param>
    /// <param name="path">The resource that the path names, or null.</param>
    /// <param name="body">Its body.</param>
    public Task<IResult> TakeAsync(HttpContext context, Source source, string? channel, SourceReference? path, HookBody body)
    {
        var notification = Notification(context, source, channel, path, body.Bytes);
        if (context.Request.Method == HttpMethods.Delete) return StoreAsync(notification, source, null, HookAnswers.Stored, context);
        if (body.Bytes.Length == 0 && path is null && channel is null)
            return StoreAsync(notification with { Kind = NotificationKind.Ping }, source, null, HookAnswers.Stored, context);
        if (!body.IsJson(context.Request.ContentType))
        {
            metrics.Rejected(source.Name, StatusCodes.Status415UnsupportedMediaType);
            return Task.FromResult(HookAnswers.NotJson);
        }
        var (header, problem) = BodyCheck.Look(notification.Body, channel);
        if (problem is not null) return RefuseAsync(notification, problem.Text, source, context);
        if (channel == HookChannel.EventGrid && EventGridHandshake.AnswerValidation(notification.Body) is { } answer) return Task.FromResult(answer);
        return JudgeAsync(notification, header, source, context);
    }

    private Task<IResult> RefuseAsync(NewNotification notification, string text, Source source, HttpContext context)
    {
        var malformed = notification with { Kind = NotificationKind.Malformed, Status = RowStatus.Refused };
        var answer = source.Options.Hook.RejectAs == "200" ? HookAnswers.Stored : HookAnswers.Malformed(text);
        return StoreAsync(malformed, source, Refusal(notification, text), answer, context);
    }

    private Task<IResult> JudgeAsync(NewNotification notification, ResourceHeader header, Source source, HttpContext context)
    {
        if (notification.ResourceType is { } type && (type != header.Type || notification.ResourceId != header.Id))
        {
            const string text = "The type and id of the path are not those of the body.";
            var refused = notification with { Status = RowStatus.Refused };
            return StoreAsync(refused, source, Refusal(notification, text), HookAnswers.Disagrees(text), context);
        }
        var kind = notification.Channel is not null ? NotificationKind.Event : header.Type == "Bundle" ? NotificationKind.Bundle : NotificationKind.Resource;
        return StoreAsync(notification with { Kind = kind }, source, null, HookAnswers.Stored, context);
    }

    private async Task<IResult> StoreAsync(NewNotification notification, Source source, NewRefusal? refusal, IResult answer, HttpContext context)
    {
        await failpoints.ReachAsync(Failpoints.HookReceived);
        var started = time.GetTimestamp();
        // Withdraws what waits to be stored, with its body, and ends the wait for what has begun.
        using var limit = new CancellationTokenSource(StoreLimit, time);
        try
        {
            var id = await store.AddAsync(notification, refusal, limit.Token).WaitAsync(limit.Token);
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
        catch (Exception e) when (e is DbException or OperationCanceledException or IOException)
        {
            Log.StoreFails(log, e, source.Name);
            context.Response.Headers.RetryAfter = "5";
            metrics.Rejected(source.Name, StatusCodes.Status503ServiceUnavailable);
            return HookAnswers.StoreFails;
        }
    }

    private NewNotification Notification(HttpContext context, Source source, string? channel, SourceReference? path, byte[] body) => new()
    {
        Source = source.Name,
        ReceivedAt = time.GetUtcNow(),
        Method = context.Request.Method,
        Channel = channel,
        ResourceType = path?.Type,
        ResourceId = path?.Id,
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
