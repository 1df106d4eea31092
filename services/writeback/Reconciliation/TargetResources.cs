using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>The target's resources of one business identifier: search, create once, update the version that was read.</summary>
internal sealed class TargetResources(Target target, string type, WantedResource wanted)
{
    // More than one is a fault to be repaired; ten show how bad it is.
    private const int PageSize = 10;

    private readonly string byIdentifier = "identifier=" + FhirClient.Token(wanted.System, wanted.Identifier);

    /// <summary>Everything that carries our identifier. The answer is the first that is not done, or the last page.</summary>
    public async Task<(FhirAnswer Answer, IReadOnlyList<FoundResource> Found)> SearchAsync(CancellationToken cancel)
    {
        var found = new List<FoundResource>();
        var answer = new FhirAnswer { Verdict = FhirVerdict.Unknown, Fault = "no-page" };
        await foreach (var page in target.Client.SearchAsync($"{type}?{byIdentifier}&_count={PageSize}", cancel))
        {
            if (page.Fault == FhirAnswer.NextLink) return (Incomplete(answer), found);
            answer = page;
            if (page.Verdict != FhirVerdict.Done) break;
            if (FoundResource.ReadPage(page, type, wanted.System, wanted.Identifier) is not { } resources) return (NotABundle(page), found);
            if (page.IsPartial()) return (Incomplete(page), found);
            found.AddRange(resources);
        }
        return (answer, found);
    }

    public Task<FhirAnswer> ReadAsync(string id, CancellationToken cancel) => target.Client.ReadAsync(type, id, cancel);

    /// <summary>The same, and the resource when the answer is one of this type.</summary>
    public async Task<(FhirAnswer Answer, FoundResource? Found)> FindAsync(string id, CancellationToken cancel)
    {
        var answer = await ReadAsync(id, cancel);
        return (answer, answer.Verdict == FhirVerdict.Done ? FoundResource.Read(answer, type) : null);
    }

    public Task<FhirAnswer> CreateAsync(string body, CancellationToken cancel) =>
        target.Client.CreateAsync(type, FoundResource.Bytes(body), byIdentifier, cancel);

    public Task<FhirAnswer> UpdateAsync(FoundResource found, string body, CancellationToken cancel) =>
        target.Client.UpdateAsync(type, found.Id, FoundResource.Bytes(body), found.VersionId, cancel);

    /// <summary>The logical id in a Location such as <c>https://…/Flag/17/_history/1</c>; null when it names none of this type.</summary>
    public static string? IdOf(string? location, string type)
    {
        var parts = location?.Split('/') ?? [];
        var at = Array.LastIndexOf(parts, type);
        return at >= 0 && at + 1 < parts.Length && parts[at + 1].Length > 0 ? parts[at + 1] : null;
    }

    /// <summary>The answer to a search that gave some of its results and said, on this page, that there are more, or lost the way to the next one.</summary>
    public static FhirAnswer Incomplete(FhirAnswer page) => page with { Verdict = FhirVerdict.Unknown, Fault = "incomplete" };

    // Unknown is not none: a page that cannot be read must not look like an empty one.
    private static FhirAnswer NotABundle(FhirAnswer page) => page with { Verdict = FhirVerdict.Unknown, Fault = "not-a-bundle" };
}
