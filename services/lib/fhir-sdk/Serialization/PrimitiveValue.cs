using System.Globalization;
using System.Text;
using System.Text.Json;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;

namespace Hl7.Fhir.Serialization;

/// <summary>Reads and writes the bare values of primitive types.</summary>
internal static class PrimitiveValue
{
    private const int LongestInstant = 64;

    /// <summary>So many digits any decimal has.</summary>
    private const int DigitsOfDecimal = 28;
    private static readonly object True = true;
    private static readonly object False = false;

    /// <summary>Reads the value at which the reader stands. With an error the result is the text as it was sent, or null where there is none.</summary>
    public static object? Read(ref Utf8JsonReader reader, PrimitiveFormat format, out (string Code, string Message)? error)
    {
        error = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.String when reader.ValueSpan.IsEmpty && !reader.HasValueSequence:
                error = (FhirJsonException.PROPERTY_MAY_NOT_BE_EMPTY_CODE, "Properties cannot be empty strings.");
                return "";
            case JsonTokenType.String:
                return ReadString(ref reader, format, ref error);
            case JsonTokenType.Number:
                return ReadNumber(ref reader, format, ref error);
            case JsonTokenType.True or JsonTokenType.False when format == PrimitiveFormat.Boolean:
                return reader.TokenType == JsonTokenType.True ? True : False;
            case JsonTokenType.True or JsonTokenType.False:
                error = Unexpected(format, "boolean");
                return reader.TokenType == JsonTokenType.True ? "true" : "false";
            case JsonTokenType.Null:
                error = (FhirJsonException.EXPECTED_PRIMITIVE_NOT_NULL_CODE, "Expected a primitive value, not a json null.");
                return null;
            default:
                error = reader.TokenType == JsonTokenType.StartObject
                    ? (FhirJsonException.EXPECTED_PRIMITIVE_NOT_OBJECT_CODE, "Expected a primitive value, not a json object.")
                    : (FhirJsonException.EXPECTED_PRIMITIVE_NOT_ARRAY_CODE, "Expected a primitive value, not the start of an array.");
                reader.Skip();
                return null;
        }
    }

    /// <summary>The decimal at which the reader stands as it was sent, where .NET would write it in other digits; otherwise null.</summary>
    public static string? LiteralOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number || reader.HasValueSequence) return null;
        var digits = reader.ValueSpan;
        var isPlain = digits.Length <= DigitsOfDecimal && !digits.ContainsAny((byte)'e', (byte)'E') && !digits.StartsWith("-0"u8);
        return isPlain ? null : Encoding.ASCII.GetString(digits);
    }

    /// <summary>Writes the value of a primitive.</summary>
    public static void Write(Utf8JsonWriter writer, PrimitiveType primitive, object value)
    {
        if (primitive is FhirDecimal { Literal: { } literal })
            writer.WriteRawValue(literal, skipInputValidation: true);
        else
            Write(writer, value);
    }

    private static void Write(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text: writer.WriteStringValue(text); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case DateTimeOffset instant: writer.WriteStringValue(FhirTime.Format(instant)); break;
            case byte[] bytes: writer.WriteBase64StringValue(bytes); break;
            default: throw new FormatException($"A value of type {value.GetType()} cannot be written as a FHIR primitive.");
        }
    }

    private static object ReadString(ref Utf8JsonReader reader, PrimitiveFormat format, ref (string Code, string Message)? error)
    {
        switch (format)
        {
            case PrimitiveFormat.Text:
                break;
            case PrimitiveFormat.Word:
                return Vocabulary.Read(ref reader);
            case PrimitiveFormat.Instant:
                if (TryReadInstant(ref reader, out var instant)) return instant;
                error = (FhirJsonException.STRING_ISNOTAN_INSTANT_CODE, "The string cannot be parsed as an instant.");
                break;
            case PrimitiveFormat.Bytes:
                if (reader.TryGetBytesFromBase64(out var bytes)) return bytes;
                error = (FhirJsonException.INCORRECT_BASE64_DATA_CODE, "Encountered incorrectly encoded base64 data.");
                break;
            case PrimitiveFormat.Long:
                error = (FhirJsonException.LONG_INCORRECT_FORMAT_CODE, "A whole number of 64 bits is a json number in R4, not a json string.");
                if (long.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var large)) return large;
                break;
            default:
                error = Unexpected(format, "string");
                break;
        }
        return reader.GetString()!;
    }

    private static object ReadNumber(ref Utf8JsonReader reader, PrimitiveFormat format, ref (string Code, string Message)? error)
    {
        if (format == PrimitiveFormat.Decimal && reader.TryGetDecimal(out var number)) return number;
        if (format == PrimitiveFormat.Integer && reader.TryGetInt32(out var integer)) return integer;
        if (format == PrimitiveFormat.Long && reader.TryGetInt64(out var large)) return large;
        error = format is PrimitiveFormat.Decimal or PrimitiveFormat.Integer or PrimitiveFormat.Long
            ? (FhirJsonException.NUMBER_CANNOT_BE_PARSED_CODE, $"The json number cannot be parsed as {format}.")
            : Unexpected(format, "number");
        return JsonElement.ParseValue(ref reader).GetRawText();
    }

    private static bool TryReadInstant(ref Utf8JsonReader reader, out DateTimeOffset instant)
    {
        instant = default;
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length > LongestInstant) return false;
        Span<char> text = stackalloc char[LongestInstant];
        if (!FhirTime.TryParse(text[..reader.CopyString(text)], out var time)) return false;
        instant = time.ToDateTimeOffset(TimeSpan.Zero);
        return true;
    }

    private static (string Code, string Message) Unexpected(PrimitiveFormat expected, string actual) =>
        (FhirJsonException.UNEXPECTED_JSON_TOKEN_CODE, $"Expecting a {expected}, but found a json {actual}.");
}
