using System.Text;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using Microsoft.Extensions.Primitives;

namespace CarT.Fhir.Gateway.Web;

/// <summary>
/// The credential of pages for people: a browser sends no bearer secret, but asks for a password (RFC 7617). Any user name, one of
/// <c>Cart:Api:Secrets</c> as the password. A bearer secret opens them as well.
/// </summary>
internal static class BrowserAccess
{
    private const string Scheme = "Basic ";
    private static readonly StringValues Challenges = new(["Basic realm=\"CarT.Fhir\", charset=\"UTF-8\"", "Bearer"]);

    public static void RequirePassword(this RouteHandlerBuilder route, CartOptions options)
    {
        var secret = new BearerSecret(options.Api.Authentication == "none" ? [] : options.Api.Secrets);
        route.AddEndpointFilter(async (context, next) =>
        {
            string? authorization = context.HttpContext.Request.Headers.Authorization;
            if (secret.Accepts(Password(authorization) is { } password ? "Bearer " + password : authorization)) return await next(context);
            context.HttpContext.Response.Headers.WWWAuthenticate = Challenges;
            return Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "A secret is needed: as the password of any user, or as a bearer token.");
        });
    }

    /// <summary>What follows the first colon of Basic credentials; null when it is something else.</summary>
    private static string? Password(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var encoded = authorization[Scheme.Length..].Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length)) return null;
        var credentials = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = credentials.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : credentials[(colon + 1)..];
    }
}
