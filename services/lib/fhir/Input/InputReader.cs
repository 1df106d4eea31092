using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Input;

/// <summary>What the command line read.</summary>
public sealed record InputResult
{
    /// <summary>Every version of every resource that could be named, in the order of the input; several of one resource are its versions.</summary>
    public required IReadOnlyList<ResourceVersion> Versions { get; init; }

    /// <summary>Refusals without a resource id. The resource is the file, with the line (<c>:12</c>) or the entry (<c>#3</c>).</summary>
    public required IReadOnlyList<DataQualityFinding> Refused { get; init; }

    /// <summary>JSON without a resource type (package.json, an index): no FHIR, no complaint.</summary>
    public required int Skipped { get; init; }
}

/// <summary>
/// Reads the files of a command line: a resource, a Bundle of any type, NDJSON, any of these gzipped, folders of these. In two passes, so that a
/// result may stand before the Specimen and a dose before the Medication that it refers to. Holds the whole input in memory.
/// </summary>
public sealed class InputReader
{
    private readonly List<InputEntry> entries = [];
    private readonly List<DataQualityFinding> refused = [];
    private readonly HashSet<string> bases = new(StringComparer.Ordinal);
    private int skipped;

    private InputReader() { }

    /// <param name="paths">Files, folders, or <c>-</c>.</param>
    /// <param name="standardInput">What <c>-</c> stands for.</param>
    /// <param name="context">Namespace, codes, units; base addresses, full urls and the look-up come from the input.</param>
    /// <exception cref="FileNotFoundException">A path names neither a file nor a folder.</exception>
    public static InputResult Read(IEnumerable<string> paths, Stream standardInput, ReadContext context)
    {
        var reader = new InputReader();
        foreach (var file in InputFiles.Of(paths, standardInput)) reader.Collect(file);
        return reader.Map(context);
    }

    private void Collect(InputFile file)
    {
        try
        {
            new InputSplitter(Add, Refuse, _ => skipped++).Split(file.Name, file.Read());
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            refused.Add(new DataQualityFinding(DataQualityCodes.ResourceInvalid, file.Name, "The file cannot be read."));
        }
    }

    private void Add(InputEntry entry)
    {
        entries.Add(entry);
        if (BaseOf(entry.FullUrl) is { } address) bases.Add(address);
    }

    private void Refuse(string file, ReadProblem problem) =>
        refused.Add(new DataQualityFinding(DataQualityCodes.ResourceInvalid, file, problem.Text));

    private InputResult Map(ReadContext context)
    {
        var read = entries
            .Select(entry => (Entry: entry, Read: entry.Deleted is null ? Named(FactReader.Parse(entry.Json), entry.IdFromBundle) : null))
            .ToList();
        var known = Known(read.Select(item => item.Read?.Resource));
        context = context with { BaseUrls = [.. context.BaseUrls, .. bases], Lookup = reference => known.GetValueOrDefault(reference) };
        var versions = new List<ResourceVersion>(read.Count);
        foreach (var (entry, result) in read)
        {
            var here = context with { FullUrls = entry.Scope.FullUrls };
            if ((result is null ? Delete(entry, here) : FactReader.Read(result, here)) is { } version) Keep(version, entry, versions);
        }
        return new InputResult { Versions = versions, Refused = refused, Skipped = skipped };
    }

    private void Keep(ResourceVersion version, InputEntry entry, List<ResourceVersion> versions)
    {
        if (version.Resource.Id.Length > 0) versions.Add(version);
        else refused.AddRange(version.Refusals.Select(refusal => new DataQualityFinding(refusal.Code, entry.File, refusal.Text)));
    }

    private ResourceVersion? Delete(InputEntry entry, ReadContext context)
    {
        var gone = entry.Deleted!;
        if (References.Relative(gone.Reference, context)?.Split('/') is not [var type, var id])
        {
            Refuse(entry.File, new ReadProblem(ReadProblemCodes.ElementInvalid, "Bundle.entry.request.url"));
            return null;
        }
        var at = gone.At is null ? null : ClinicalTimes.Parse(gone.At).Time?.Instant;
        return FactReader.Deleted(new ResourceKey(context.Namespace, type, id), gone.VersionId, at);
    }

    private static ReadResult Named(ReadResult read, string? idFromBundle)
    {
        if (read.Header.Id is not null || read.Resource?.Id is not null || idFromBundle is null) return read;
        if (read.Resource is not null) read.Resource.Id = idFromBundle;
        return read with { Header = read.Header with { Id = idFromBundle } };
    }

    /// <summary>Medication and Specimen by relative reference; of several versions the latest.</summary>
    private static Dictionary<string, Resource> Known(IEnumerable<Resource?> resources)
    {
        var known = new Dictionary<string, Resource>(StringComparer.Ordinal);
        var referenced = resources.OfType<Resource>().Where(resource => resource is Medication or Specimen && resource.Id is not null);
        foreach (var resource in referenced.OrderBy(VersionNumber).ThenBy(LastUpdated)) known[$"{resource.TypeName}/{resource.Id}"] = resource;
        return known;
    }

    private static long VersionNumber(Resource resource) => long.TryParse(resource.Meta?.VersionId, out var number) ? number : -1;

    private static DateTimeOffset LastUpdated(Resource resource) =>
        ClinicalTimes.OfElement(resource.Meta?.LastUpdatedElement).Time?.Instant ?? DateTimeOffset.MinValue;

    /// <summary>The base of an address <c>base/Type/id</c>.</summary>
    private static string? BaseOf(string? fullUrl)
    {
        if (fullUrl is null || !fullUrl.StartsWith("http", StringComparison.Ordinal)) return null;
        var parts = fullUrl.Split('/');
        return parts.Length > 4 && parts[^2].Length > 0 && char.IsAsciiLetterUpper(parts[^2][0]) ? string.Join('/', parts[..^2]) : null;
    }
}
