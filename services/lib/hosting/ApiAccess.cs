using CarT.Fhir.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CarT.Fhir.Hosting;

/// <summary>The credential of our own routes: every route that is not expressly open needs one of <c>Cart:Api:Secrets</c>.</summary>
public static class ApiAccess
{
    /// <summary>Adds the check to a group of routes.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="unauthorized">Makes the 401 answer in the form of these routes (OperationOutcome, problem+json).</param>
    public static TBuilder RequireApiSecret<TBuilder>(this TBuilder routes, CartOptions options, Func<IResult> unauthorized)
        where TBuilder : IEndpointConventionBuilder
    {
        var secret = new BearerSecret(options.Api.Authentication == "none" ? [] : options.Api.Secrets);
        routes.AddEndpointFilter(async (context, next) =>
        {
            if (secret.Accepts(context.HttpContext.Request.Headers.Authorization)) return await next(context);
            context.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
            return unauthorized();
        });
        return routes;
    }
}
