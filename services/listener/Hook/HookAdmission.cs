using System.Globalization;
using CarT.Fhir.Listener.Sources;

namespace CarT.Fhir.Listener.Hook;

/// <summary>Who may bring something to the hook, and how often. The bearer secret is checked before a body is read, a signature before it is parsed.</summary>
internal sealed class HookAdmission(SourceTable sources, HookLimits limits, ListenerMetrics metrics)
{
    private readonly Dictionary<string, SignatureSecret> signatures =
        sources.All.ToDictionary(source => source.Name, source => new SignatureSecret(source.Options.Subscription.SignatureSecrets));

    /// <summary>What is wrong with the caller as far as the headers tell; null when nothing is.</summary>
    public IResult? RefuseCaller(HttpContext context, Source source)
    {
        if (!source.Secret.Accepts(context.Request.Headers.Authorization)) return Stranger(context, source, "Bearer");
        var signature = signatures[source.Name];
        if (!signature.IsOpen) return SignatureSecret.Presented(context.Request.Headers) is null ? Stranger(context, source, "HMAC-SHA256") : null;
        return TooMany(context, source, limits.Take(source));
    }

    /// <summary>What is wrong with the signature of the body; null when nothing is, or none is needed.</summary>
    public IResult? RefuseBody(HttpContext context, Source source, HookBody body)
    {
        var signature = signatures[source.Name];
        if (signature.IsOpen) return null;
        if (!signature.Accepts(SignatureSecret.Presented(context.Request.Headers), body)) return Stranger(context, source, "HMAC-SHA256");
        // Not before: a forged request must not use up what the source may send.
        return TooMany(context, source, limits.Take(source));
    }

    private IResult Stranger(HttpContext context, Source source, string scheme)
    {
        if (TooMany(context, source, limits.TakeStranger(source, context.Connection.RemoteIpAddress)) is { } wait) return wait;
        context.Response.Headers.WWWAuthenticate = scheme;
        metrics.Rejected(source.Name, StatusCodes.Status401Unauthorized);
        return HookAnswers.Login;
    }

    private IResult? TooMany(HttpContext context, Source source, TimeSpan? wait)
    {
        if (wait is not { } time) return null;
        context.Response.Headers.RetryAfter = Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        metrics.Rejected(source.Name, StatusCodes.Status429TooManyRequests);
        return HookAnswers.TooMany;
    }
}
