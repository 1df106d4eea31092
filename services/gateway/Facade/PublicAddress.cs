using System.Net;
using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>The base of the links that we hand out: from configuration, never from a Host header that came over a network.</summary>
internal static class PublicAddress
{
    public static FhirIssue NotConfigured { get; } =
        new(StatusCodes.Status500InternalServerError, "exception", "Cart:Api:BaseUrl is not configured; without it this server cannot make links.");

    /// <summary>The FHIR base without a slash at its end; null when it is not configured and the request did not come over loopback.</summary>
    public static string? FhirBase(HttpRequest request, CartOptions options)
    {
        if (options.Api.BaseUrl is { Length: > 0 } configured) return configured.TrimEnd('/') + "/fhir";
        return request.HttpContext.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local) ? $"{request.Scheme}://{request.Host}/fhir" : null;
    }
}
