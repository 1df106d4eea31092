namespace CarT.Fhir.Gateway.Facade;

/// <summary>Why a request is refused: HTTP status, FHIR issue code, a sentence without patient data, and the parameter that it is about.</summary>
internal sealed record FhirIssue(int Status, string Code, string Text, string? Expression = null)
{
    public static FhirIssue NotFound(string text) => new(StatusCodes.Status404NotFound, "not-found", text);

    public static FhirIssue UnknownParameter(string name) =>
        new(
            StatusCodes.Status400BadRequest,
            "not-supported",
            "This search parameter is not known here. It is refused rather than ignored, so that no search finds more than was asked for.",
            "http." + name);

    public static FhirIssue BadValue(string name, string text) => new(StatusCodes.Status400BadRequest, "value", text, "http." + name);
}
