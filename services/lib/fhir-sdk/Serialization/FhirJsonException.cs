using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Serialization;

/// <summary>Something in well-formed JSON that is not FHIR. The message names the place, never the value.</summary>
public class FhirJsonException : ExtendedCodedException
{
    public const string EXPECTED_START_OF_OBJECT_CODE = "JSON101";
    public const string RESOURCETYPE_SHOULD_BE_STRING_CODE = "JSON102";
    public const string NO_RESOURCETYPE_PROPERTY_CODE = "JSON103";
    public const string EXPECTED_PRIMITIVE_NOT_OBJECT_CODE = "JSON104";
    public const string EXPECTED_PRIMITIVE_NOT_ARRAY_CODE = "JSON105";
    public const string INCORRECT_BASE64_DATA_CODE = "JSON106";
    public const string STRING_ISNOTAN_INSTANT_CODE = "JSON107";
    public const string NUMBER_CANNOT_BE_PARSED_CODE = "JSON108";
    public const string EXPECTED_PRIMITIVE_NOT_NULL_CODE = "JSON109";
    public const string UNEXPECTED_JSON_TOKEN_CODE = "JSON110";
    public const string EXPECTED_START_OF_ARRAY_CODE = "JSON111";
    public const string USE_OF_UNDERSCORE_ILLEGAL_CODE = "JSON113";
    public const string CHOICE_ELEMENT_HAS_NO_TYPE_CODE = "JSON114";
    public const string CHOICE_ELEMENT_HAS_UNKOWN_TYPE_CODE = "JSON115";
    public const string UNKNOWN_RESOURCE_TYPE_CODE = "JSON116";
    public const string UNKNOWN_PROPERTY_FOUND_CODE = "JSON118";
    public const string OBJECTS_CANNOT_BE_EMPTY_CODE = "JSON120";
    public const string ARRAYS_CANNOT_BE_EMPTY_CODE = "JSON121";
    public const string LONG_INCORRECT_FORMAT_CODE = "JSON123";
    public const string PRIMITIVE_ARRAYS_ONLY_NULL_CODE = "JSON125";
    public const string INCOMPATIBLE_SIMPLE_VALUE_CODE = "JSON126";
    public const string PROPERTY_MAY_NOT_BE_EMPTY_CODE = "JSON127";
    public const string DUPLICATE_ARRAY_CODE = "JSON128";
    public const string DUPLICATE_PROPERTY_CODE = "JSON129";

    /// <summary>What loses no data: everything that was sent is in the result.</summary>
    internal static readonly HashSet<string> Recoverable =
    [
        EXPECTED_PRIMITIVE_NOT_NULL_CODE, INCORRECT_BASE64_DATA_CODE, STRING_ISNOTAN_INSTANT_CODE, NUMBER_CANNOT_BE_PARSED_CODE, UNEXPECTED_JSON_TOKEN_CODE,
        EXPECTED_START_OF_ARRAY_CODE, USE_OF_UNDERSCORE_ILLEGAL_CODE, OBJECTS_CANNOT_BE_EMPTY_CODE, ARRAYS_CANNOT_BE_EMPTY_CODE,
        LONG_INCORRECT_FORMAT_CODE, PRIMITIVE_ARRAYS_ONLY_NULL_CODE, PROPERTY_MAY_NOT_BE_EMPTY_CODE, DUPLICATE_ARRAY_CODE,
    ];

    /// <summary>What a newer release or a richer server sends and we do not know.</summary>
    internal static readonly HashSet<string> BackwardsCompatible = [CHOICE_ELEMENT_HAS_UNKOWN_TYPE_CODE, UNKNOWN_PROPERTY_FOUND_CODE];

    internal FhirJsonException(string code, string message, string path, ref Utf8JsonReader reader)
        : base(code, message, path, $"At {(path.Length == 0 ? "" : path + ", ")}byte {reader.BytesConsumed}", OperationOutcome.IssueSeverity.Error) { }
}
