using System.Text.Json;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.UnitTests.Repository;
using Xunit;

namespace CarT.Fhir.UnitTests.Examples;

/// <summary>One published resource as it stands in its file.</summary>
internal sealed record Example(string File, string Type, ReadOnlyMemory<byte> Json);

/// <summary>A package of published FHIR resources that <c>tests/fixtures/fetch</c> brings, and how many resources it holds.</summary>
internal sealed record ExamplePackage(string Name, string Version, int Resources)
{
    /// <summary>The examples of FHIR R4 itself.</summary>
    internal static ExamplePackage R4 { get; } = new("hl7.fhir.r4.examples", "4.0.1", 5306);

    /// <summary>The guide for oncology: profiles, value sets and patients.</summary>
    internal static ExamplePackage Mcode { get; } = new("hl7.fhir.us.mcode", "4.0.0", 351);

    internal static IReadOnlyList<ExamplePackage> All { get; } = [R4, Mcode];

    private static string Fixtures { get; } =
        Environment.GetEnvironmentVariable("CART_FIXTURES") is { Length: > 0 } folder ? folder : Path.Combine(RepositoryFiles.Root, "artifacts", "fixtures");

    internal bool IsThere => Directory.Exists(Folder);

    private string Folder => Path.Combine(Fixtures, Name, "package");

    /// <summary>A build server without the examples has failed; a desk without a network skips.</summary>
    internal static void Need()
    {
        var isMissing = All.Any(package => !package.IsThere);
        if (isMissing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip("tests/fixtures/fetch has not been run");
        Assert.False(isMissing, "tests/fixtures/fetch has not been run");
    }

    /// <summary>Every resource of the package, in ordinal order of the files. Other JSON (package.json, an index, OpenAPI) has no resource type.</summary>
    internal IEnumerable<Example> Read() => Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => (File: Path.GetRelativePath(Folder, path), Json: (ReadOnlyMemory<byte>)File.ReadAllBytes(path)))
        .Select(file => (file.File, file.Json, Type: TypeOf(file.Json)))
        .Where(file => file.Type is not null)
        .Select(file => new Example(file.File, file.Type!, file.Json));

    private static string? TypeOf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(FhirJsonScan.WithoutMark(json), new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.TryGetProperty("resourceType", out var type) ? type.GetString() : null;
    }
}
