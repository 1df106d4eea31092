using System.Text.Encodings.Web;
using System.Text.Json;
using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Serialization;

/// <summary>Which errors a reader tolerates.</summary>
public enum DeserializerModes
{
    /// <summary>None.</summary>
    Strict,

    /// <summary>Those that lose no data.</summary>
    Recoverable,

    /// <summary>Those that newer data makes: unknown elements and choice types.</summary>
    BackwardsCompatible,

    /// <summary>All.</summary>
    Ostrich,
}

/// <summary>What a reader checks beyond the shape of the JSON. There is none in this library: it never checks cardinalities, patterns or code lists.</summary>
#pragma warning disable CA1040 // The name is needed so that callers can state that they want no validator.
public interface IDeserializationValidator;
#pragma warning restore CA1040

/// <summary>How FHIR JSON is read.</summary>
public record FhirJsonPocoDeserializerSettings
{
    public IDeserializationValidator? Validator { get; init; }
}

/// <summary>Makes System.Text.Json read and write FHIR.</summary>
public static class JsonSerializerOptionsExtensions
{
    /// <summary>Reads (strictly, until a mode is set) and writes the resources and data types that <paramref name="inspector"/> knows.</summary>
    public static JsonSerializerOptions ForFhir(this JsonSerializerOptions options, ModelInspector inspector) => options.ForFhir(inspector, new());

    /// <inheritdoc cref="ForFhir(JsonSerializerOptions, ModelInspector)"/>
    public static JsonSerializerOptions ForFhir(
        this JsonSerializerOptions options, ModelInspector inspector, FhirJsonPocoDeserializerSettings deserializerSettings)
    {
        ArgumentNullException.ThrowIfNull(deserializerSettings);
        options.Converters.Add(new FhirJsonConverterFactory(inspector));
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        return options;
    }

    /// <summary>Sets which errors the reader tolerates. After ForFhir.</summary>
    /// <exception cref="InvalidOperationException">ForFhir was not called.</exception>
    public static JsonSerializerOptions UsingMode(this JsonSerializerOptions options, DeserializerModes mode)
    {
        var factory = options.Converters.OfType<FhirJsonConverterFactory>().FirstOrDefault()
            ?? throw new InvalidOperationException("The options have no FHIR converter; call ForFhir first.");
        factory.Mode = mode;
        return options;
    }
}
