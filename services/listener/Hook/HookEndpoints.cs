using System.Diagnostics;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Hook;

/// <summary>The door (FHIR R4 rest-hook; Subscriptions R5 Backport IG): its routes, and in which order a request is checked.</summary>
internal sealed class HookEndpoints(SourceTable sources, HookAdmission admission, HookIntake intake, ListenerMetrics metrics, TimeProvider time)
{
    private static readonly string[] WithPath = [HttpMethods.Put, HttpMethods.Delete];
    private static readonly string[] Probes = [HttpMethods.Get, HttpMethods.Head];

    public void Map(IEndpointRouteBuilder routes)
    {
        var hook = routes.MapGroup("/fhir/hook/{source}");
        hook.MapPost("", (string source, HttpContext context) => TakeAsync(context, source, null, null));
        hook.MapPost("/pubsub", (string source, HttpContext context) => TakeAsync(context, source, HookChannel.PubSub, null));
        hook.MapPost("/eventgrid", (string source, HttpContext context) => TakeAsync(context, source, HookChannel.EventGrid, null));
        hook.MapMethods("/eventgrid", [HttpMethods.Options], (string source, HttpContext context) =>
            sources.TryFind(source, out _) ? EventGridHandshake.AnswerOptions(context) : HookAnswers.UnknownSource);
        hook.MapMethods("/{type}/{id}", WithPath, (string source, string type, string id, HttpContext context) => TakeAsync(context, source, type, null, id));
        // Some senders put the type twice.
        hook.MapMethods("/{type}/{again}/{id}", WithPath, (string source, string type, string again, string id, HttpContext context) =>
            TakeAsync(context, source, type, again, id));
        hook.MapMethods("", Probes, (string source, HttpContext context) => Admit(context, source, out var refusal) is null ? refusal! : HookAnswers.Stored);
        // Whatever else is below the hook is answered here: elsewhere nobody knows the secret of the source.
        hook.Map("/{**rest}", (string source, string? rest, HttpContext context) => NotTaken(context, source, rest));
    }

    private Source? Admit(HttpContext context, string name, out IResult? refusal)
    {
        refusal = sources.TryFind(name, out var source) ? admission.RefuseCaller(context, source) : HookAnswers.UnknownSource;
        if (source is not null) Activity.Current?.SetTag("cart.source", source.Name);
        return refusal is null ? source : null;
    }

    private IResult NotTaken(HttpContext context, string name, string? rest)
    {
        if (Admit(context, name, out var refusal) is not { } source) return refusal!;
        var allowed = rest switch
        {
            null or "" => "GET, HEAD, POST",
            "pubsub" => "POST",
            "eventgrid" => "OPTIONS, POST",
            _ when rest.Split('/') is [var type, var id] && SourceReference.IsType(type) && SourceReference.IsId(id) => "DELETE, PUT",
            _ => null,
        };
        if (allowed is null) return Reject(source, StatusCodes.Status404NotFound, HookAnswers.UnknownPath);
        context.Response.Headers.Allow = allowed;
        return Reject(source, StatusCodes.Status405MethodNotAllowed, HookAnswers.NotAllowed);
    }

    private async Task<IResult> TakeAsync(HttpContext context, string name, string type, string? again, string id)
    {
        // What is no name of a resource goes no further than here: not into the store, and not into a log.
        if (Admit(context, name, out var refusal) is not { } source) return refusal!;
        if (!SourceReference.IsType(type) || (again is not null && again != type)) return Reject(source, StatusCodes.Status404NotFound, HookAnswers.UnknownPath);
        if (!SourceReference.IsId(id)) return Reject(source, StatusCodes.Status400BadRequest, HookAnswers.NoId);
        return await TakeAsync(context, source, null, new SourceReference(type, id));
    }

    private async Task<IResult> TakeAsync(HttpContext context, string name, string? channel, SourceReference? path) =>
        Admit(context, name, out var refusal) is { } source ? await TakeAsync(context, source, channel, path) : refusal!;

    private async Task<IResult> TakeAsync(HttpContext context, Source source, string? channel, SourceReference? path)
    {
        var body = await HookBody.ReadAsync(context.Request, source.Options.Hook.BodyTimeout, time);
        if (HookAnswers.Of(body.Fault) is { } fault)
        {
            // What is still to come of it is not waited for.
            context.Response.Headers.Connection = "close";
            return Reject(source, fault.Status, fault);
        }
        return admission.RefuseBody(context, source, body) ?? await intake.TakeAsync(context, source, channel, path, body);
    }

    private IResult Reject(Source source, int status, IResult answer)
    {
        metrics.Rejected(source.Name, status);
        return answer;
    }
}
