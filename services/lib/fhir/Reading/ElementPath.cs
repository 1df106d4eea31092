using System.Text.RegularExpressions;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;

namespace CarT.Fhir.R4.Reading;

/// <summary>The element path of a deserialization failure. Messages of the SDK quote values, so only the path is taken from it.</summary>
internal static partial class ElementPath
{
    internal static string Of(DeserializationFailedException failure, string? resourceType)
    {
        var path = failure.Exceptions.OfType<ExtendedCodedException>().Select(problem => problem.InstancePath).FirstOrDefault(text => text is not null);
        return path is not null && ElementNames().IsMatch(path) ? path : resourceType ?? "resource";
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}(\[[0-9]+\])?(\.[A-Za-z_][A-Za-z0-9_]{0,63}(\[[0-9]+\])?)*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ElementNames();
}
