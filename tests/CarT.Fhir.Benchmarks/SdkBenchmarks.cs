#if FHIR_SDK_FIRELY
extern alias subset;

using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using StandIn = subset::Hl7.Fhir;

namespace CarT.Fhir.Benchmarks;

/// <summary>The Firely SDK and the stand-in side by side in one run: the same bytes, the same call, the same mode. Only in the Firely configuration.</summary>
[MemoryDiagnoser]
public class SdkBenchmarks
{
    private static readonly byte[] Json = PlateletCount.Json;

    private static readonly JsonSerializerOptions OfFirely = new JsonSerializerOptions()
        .ForFhir(ModelInfo.ModelInspector, new FhirJsonPocoDeserializerSettings { Validator = null })
        .UsingMode(DeserializerModes.BackwardsCompatible);

    /// <summary>As it comes: with its validator.</summary>
    private static readonly JsonSerializerOptions OfFirelyByDefault = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);

    private static readonly JsonSerializerOptions OfTheStandIn = StandIn.Serialization.JsonSerializerOptionsExtensions.UsingMode(
        StandIn.Serialization.JsonSerializerOptionsExtensions.ForFhir(new JsonSerializerOptions(), StandIn.Model.ModelInfo.ModelInspector),
        StandIn.Serialization.DeserializerModes.BackwardsCompatible);

    private readonly Resource firely = JsonSerializer.Deserialize<Resource>(Json, OfFirely)!;
    private readonly StandIn.Model.Resource standIn = JsonSerializer.Deserialize<StandIn.Model.Resource>(Json, OfTheStandIn)!;

    [Benchmark(Baseline = true)]
    public object? FirelyReads() => JsonSerializer.Deserialize<Resource>(Json, OfFirely);

    [Benchmark]
    public object? FirelyReadsAndValidates() => JsonSerializer.Deserialize<Resource>(Json, OfFirelyByDefault);

    [Benchmark]
    public object? StandInReads() => JsonSerializer.Deserialize<StandIn.Model.Resource>(Json, OfTheStandIn);

    [Benchmark]
    public byte[] FirelyWrites() => JsonSerializer.SerializeToUtf8Bytes(firely, OfFirely);

    [Benchmark]
    public byte[] StandInWrites() => JsonSerializer.SerializeToUtf8Bytes(standIn, OfTheStandIn);
}
#endif
