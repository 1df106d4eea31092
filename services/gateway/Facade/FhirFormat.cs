using Microsoft.Net.Http.Headers;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>Which form of an answer the client takes. <c>_format</c> wins over <c>Accept</c>.</summary>
internal static class FhirFormat
{
    // A raw '+' in a query arrives as a space.
    private static readonly string[] FhirJsonNames = ["json", "application/json", "application/fhir+json", "application/fhir json", "text/json"];
    private static readonly string[] FhirJsonTypes = ["application/fhir+json", "application/json", "text/json", "application/*", "*/*"];

    /// <summary>The refusal of a request that takes no JSON, or null.</summary>
    public static FhirIssue? Check(HttpRequest request)
    {
        if (request.Query["_format"] is { Count: > 0 } formats)
            return formats.All(format => FhirJsonNames.Contains(format)) ? null : NotAcceptable;
        return Accepted(request) is { Count: > 0 } types && !types.Any(IsFhirJson) ? NotAcceptable : null;
    }

    /// <summary>True when the client prefers bare JSON to FHIR JSON.</summary>
    public static bool PrefersBareJson(HttpRequest request) =>
        !request.Query.ContainsKey("_format")
        && Accepted(request).Where(IsFhirJson).OrderByDescending(type => type.Quality ?? 1).FirstOrDefault()?.MediaType.Value
            is "application/json" or "text/json";

    private static FhirIssue NotAcceptable { get; } =
        new(StatusCodes.Status406NotAcceptable, "not-supported", "This server answers in application/fhir+json, FHIR version 4.0 only.");

    private static IList<MediaTypeHeaderValue> Accepted(HttpRequest request) => request.GetTypedHeaders().Accept;

    private static bool IsFhirJson(MediaTypeHeaderValue type) =>
        FhirJsonTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)
        && (type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase)) is not { } version
            || version.Value.Equals("4.0", StringComparison.Ordinal));
}
