using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CarT.Fhir.UnitTests.FhirSdk;

/// <summary>The SDK as the product uses it: tolerant of what it does not know, no validator.</summary>
internal static class Sdk
{
    private static readonly FhirJsonPocoDeserializerSettings WithoutValidator = new() { Validator = null };

    public static JsonSerializerOptions Tolerant { get; } =
        new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector, WithoutValidator).UsingMode(DeserializerModes.BackwardsCompatible);

    public static JsonSerializerOptions Strict { get; } = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector, WithoutValidator);

    public static T Read<T>(string json) where T : Resource => Assert.IsType<T>(JsonSerializer.Deserialize<Resource>(json, Tolerant));

    public static Observation Observation(string members) => Read<Observation>($$"""{"resourceType":"Observation",{{members}}}""");

    public static string Write(Resource resource) => JsonSerializer.Serialize(resource, Tolerant);

    public static DeserializationFailedException Refused(string json) =>
        Assert.Throws<DeserializationFailedException>(() => JsonSerializer.Deserialize<Resource>(json, Tolerant));
}
