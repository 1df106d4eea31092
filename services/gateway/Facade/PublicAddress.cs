using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>
/// The base of the links that we hand out: from configuration. A Host header is believed only where authentication is off, which is one machine's own
/// business; the address of the connection proves nothing, since a reverse proxy on this machine passes on what came over a network.
/// </summary>
internal static class PublicAddress
{
    public static FhirIssue NotConfigured { get; } =
        new(StatusCodes.Status500InternalServerError, "exception", "Cart:Api:BaseUrl is not configured; without it this server cannot make links.");

    /// <summary>The FHIR base without a slash at its end; null when it is not configured and must be.</summary>
    public static string? FhirBase(HttpRequest request, CartOptions options)
    {
        if (options.Api.BaseUrl is { Length: > 0 } configured) return configured.TrimEnd('/') + "/fhir";
        return options.Api.Authentication == "none" ? $"{request.Scheme}://{request.Host}/fhir" : null;
    }
}
