using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace CarT.Fhir.Benchmarks;

/// <summary>The way of one platelet count from bytes to a fact, step by step, with the SDK that the build chose.</summary>
[MemoryDiagnoser]
public class ReadBenchmarks
{
    private static readonly byte[] Json = PlateletCount.Json;

    private static readonly JsonSerializerOptions Options = new JsonSerializerOptions()
        .ForFhir(ModelInfo.ModelInspector, new FhirJsonPocoDeserializerSettings { Validator = null })
        .UsingMode(DeserializerModes.BackwardsCompatible);

    private readonly ReadContext context = new() { Namespace = "main" };
    private Resource resource = null!;
    private string hash = "";

    [GlobalSetup]
    public void Setup()
    {
        var read = FhirJson.Read(Json);
        resource = read.Resource!;
        hash = read.ContentHash;
    }

    [Benchmark]
    public ScanResult Scan() => FhirJsonScan.Scan(Json);

    [Benchmark]
    public string Hash() => ContentHash.Of(Json);

    [Benchmark(Baseline = true)]
    public Resource? PocoRead() => JsonSerializer.Deserialize<Resource>(Json, Options);

    [Benchmark]
    public byte[] PocoWrite() => JsonSerializer.SerializeToUtf8Bytes(resource, Options);

    [Benchmark]
    public ResourceVersion MapToFacts() => FactReader.Read(resource, hash, context);

    [Benchmark]
    public ResourceVersion BytesToFacts() => FactReader.Read(Json, context);
}

/// <summary>One platelet count as a hospital sends it, 823 bytes.</summary>
internal static class PlateletCount
{
    public static byte[] Json { get; } = Encoding.UTF8.GetBytes("""
        {"resourceType":"Observation","id":"plt-9002","meta":{"versionId":"2","lastUpdated":"2026-03-25T07:00:00Z"},"status":"corrected",
        "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"777-3","display":"Platelets [#/volume] in Blood by Automated count"}]},
        "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-03-25T05:40:00Z","issued":"2026-03-25T06:59:58Z",
        "valueQuantity":{"value":18,"unit":"10*9/L","system":"http://unitsofmeasure.org","code":"10*9/L"},
        "referenceRange":[{"low":{"value":150,"unit":"10*9/L"},"high":{"value":400,"unit":"10*9/L"}}]}
        """);
}
