using System.Reflection;
using System.Text.Json;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.UnitTests.FhirSdk;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace CarT.Fhir.UnitTests.Examples;

/// <summary>What became of one published resource.</summary>
/// <param name="File">Its file in the package.</param>
/// <param name="Type">Its resource type.</param>
/// <param name="IsOurs">Whether the SDK in use has a class for it.</param>
/// <param name="ScanProblem">Why the scan of the bytes refused it; null when it did not.</param>
/// <param name="Refusal">Why it could not be read, as code of ours and codes of the SDK; null when it was read, or is not ours.</param>
/// <param name="Losses">What is not the same after it was read and written.</param>
/// <param name="StrictCodes">Codes of all errors when nothing is tolerated.</param>
internal sealed record ExampleOutcome(string File, string Type, bool IsOurs, string? ScanProblem, string? Refusal, IReadOnlyList<Difference> Losses,
    IReadOnlyList<string> StrictCodes)
{
    internal bool IsRead => IsOurs && ScanProblem is null && Refusal is null;
}

/// <summary>Sends every resource of a package through the product: the scan, and for the types that the SDK has, reading and writing.</summary>
internal static class ExampleSurvey
{
    private static readonly Lazy<IReadOnlyDictionary<ExamplePackage, IReadOnlyList<ExampleOutcome>>> Surveyed = new(() =>
        ExamplePackage.All.ToDictionary(package => package, package => (IReadOnlyList<ExampleOutcome>)[.. package.Read().Select(Of)]));

    /// <summary>Resource types that have a class: in the stand-in some, in the Firely SDK all.</summary>
    internal static IReadOnlySet<string> OurTypes { get; } = typeof(Observation).Assembly.GetReferencedAssemblies()
        .Where(name => name.Name!.StartsWith("Hl7.Fhir.", StringComparison.Ordinal)).Select(Assembly.Load).Append(typeof(Observation).Assembly)
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => typeof(Resource).IsAssignableFrom(type) && type is { IsAbstract: false, IsGenericType: false } && type.GetConstructor(Type.EmptyTypes) is not null)
        .Select(type => ((Resource)Activator.CreateInstance(type)!).TypeName)
        .ToHashSet(StringComparer.Ordinal);

    internal static IReadOnlyList<ExampleOutcome> Of(ExamplePackage package) => Surveyed.Value[package];

    private static ExampleOutcome Of(Example example)
    {
        var scan = FhirJsonScan.Scan(example.Json).Problem;
        if (scan is not null || !OurTypes.Contains(example.Type))
            return new ExampleOutcome(example.File, example.Type, OurTypes.Contains(example.Type), scan?.Code, null, [], []);
        var read = FhirJson.Read(example.Json);
        var refusal = read.Problem is { } problem ? string.Join(' ', CodesOf(example, Sdk.Tolerant).Prepend(problem.Code)) : null;
        var losses = refusal is null ? JsonSame.Differences(example.Json, FhirJson.Write(read.Resource!), OurTypes.Contains) : [];
        return new ExampleOutcome(example.File, example.Type, true, null, refusal, losses, CodesOf(example, Sdk.Strict));
    }

    private static List<string> CodesOf(Example example, JsonSerializerOptions options)
    {
        try
        {
            JsonSerializer.Deserialize<Resource>(FhirJsonScan.WithoutMark(example.Json).Span, options);
            return [];
        }
        catch (DeserializationFailedException failure)
        {
            return [.. failure.Exceptions.Select(error => error.ErrorCode).Distinct().Order(StringComparer.Ordinal)];
        }
    }
}
