using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// Values of primitives as they were sent. The SDK's own getters throw when the JSON had another type (<c>"value":"15"</c>); here such a value
/// is none, so that the rest of the resource still tells what it is about.
/// </summary>
internal static class Primitives
{
    internal static string? Text(PrimitiveType? element) => element?.ObjectValue as string;

    internal static decimal? Number(FhirDecimal? element) => element?.ObjectValue as decimal?;

    internal static int? Whole(PositiveInt? element) => element?.ObjectValue as int?;

    internal static bool IsTrue(DataType? element) => element is FhirBoolean { ObjectValue: true };
}
