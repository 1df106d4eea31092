using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>Whether a report of platelet clumps is positive (P2.6), in the forms that laboratories use.</summary>
internal static class ClumpReports
{
    private const string Interpretation = "http://terminology.hl7.org/CodeSystem/v2-0078";
    private const string InterpretationV3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

    internal static bool IsPositive(DataType? value) => value switch
    {
        FhirBoolean { ObjectValue: true } => true,
        FhirString text => IsPositive(Primitives.Text(text)),
        CodeableConcept concept => concept.Coding.Any(IsPositive) || IsPositive(Primitives.Text(concept.TextElement)),
        _ => false,
    };

    /// <summary>Whether the laboratory interprets a report as positive, whatever form its value has.</summary>
    internal static bool IsInterpretedAsPositive(IReadOnlyList<CodeableConcept> interpretation) =>
        interpretation.SelectMany(concept => concept.Coding)
            .Any(coding => Primitives.Text(coding.SystemElement) is Interpretation or InterpretationV3 && IsPositive(coding));

    private static bool IsPositive(Coding coding) => (Primitives.Text(coding.SystemElement), Primitives.Text(coding.CodeElement)) switch
    {
        (Codes.CodeSets.Snomed, "260373001" or "10828004" or "52101004") => true,
        (Codes.CodeSets.Loinc, "LA9633-4" or "LA6576-8") => true,
        (Interpretation or InterpretationV3, "POS" or "DET") => true,
        _ => false,
    };

    private static bool IsPositive(string? text) => text?.Trim().ToUpperInvariant() is "PRESENT" or "POSITIVE" or "DETECTED";
}
