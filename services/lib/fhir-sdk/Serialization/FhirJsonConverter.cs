using System.Text.Json;
using System.Text.Json.Serialization;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;

namespace Hl7.Fhir.Serialization;

/// <summary>Makes the converters of the FHIR types.</summary>
internal sealed class FhirJsonConverterFactory(ModelInspector inspector) : JsonConverterFactory
{
    public DeserializerModes Mode { get; set; }

    public override bool CanConvert(Type typeToConvert) => typeof(Base).IsAssignableFrom(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(FhirJsonConverter<>).MakeGenericType(typeToConvert), inspector, this)!;
}

/// <summary>Reads and writes one FHIR type, and the resources derived from it.</summary>
internal sealed class FhirJsonConverter<T>(ModelInspector inspector, FhirJsonConverterFactory factory) : JsonConverter<T> where T : Base
{
    /// <inheritdoc/>
    /// <exception cref="DeserializationFailedException">There are errors that the mode does not tolerate.</exception>
    /// <exception cref="InvalidCastException">The resource is not a <typeparamref name="T"/>.</exception>
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var resourceReader = new ResourceReader(inspector);
        Base? instance = typeof(Resource).IsAssignableFrom(typeof(T))
            ? resourceReader.ReadResource(ref reader)
            : resourceReader.ReadObject(ref reader, TypeDescription.Of(typeof(T)));
        if (resourceReader.Errors.Count == 0) return (T?)instance;
        var errors = resourceReader.Errors.Where(error => !IsTolerated(error.ErrorCode)).ToList();
        return errors.Count == 0 ? (T?)instance : throw new DeserializationFailedException(instance, errors);
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => ResourceWriter.Write(writer, value);

    private bool IsTolerated(string code) => factory.Mode switch
    {
        DeserializerModes.Recoverable => FhirJsonException.Recoverable.Contains(code),
        DeserializerModes.BackwardsCompatible => FhirJsonException.BackwardsCompatible.Contains(code),
        DeserializerModes.Ostrich => true,
        _ => false,
    };
}
