using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Targets;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>The target's resources of one business identifier: search, create once, update the version that was read.</summary>
internal sealed class TargetResources(Target target, IWantedForm form)
{
    // More than one is a fault to be repaired; ten show how bad it is.
    private const int PageSize = 10;

    /// <summary>Everything that carries our identifier. The answer is the first that is not done, or the last page.</summary>
    public async Task<(FhirAnswer Answer, IReadOnlyList<FoundResource> Found)> SearchAsync(CancellationToken cancel)
    {
        var found = new List<FoundResource>();
        var answer = new FhirAnswer { Verdict = FhirVerdict.Unknown, Fault = "no-page" };
        await foreach (var page in target.Client.SearchAsync($"{form.Type}?identifier={FhirClient.Token(form.System, form.Identifier)}&_count={PageSize}", cancel))
        {
            answer = page;
            if (page.Verdict != FhirVerdict.Done) break;
            if (FoundResource.ReadPage(page, form.Type, form.System, form.Identifier) is not { } resources) return (NotABundle(page), found);
            found.AddRange(resources);
        }
        return (answer, found);
    }

    public Task<FhirAnswer> ReadAsync(string id, CancellationToken cancel) => target.Client.ReadAsync(form.Type, id, cancel);

    public Task<FhirAnswer> CreateAsync(string body, CancellationToken cancel) =>
        target.Client.CreateAsync(form.Type, FoundResource.Bytes(body), $"identifier={FhirClient.Token(form.System, form.Identifier)}", cancel);

    public Task<FhirAnswer> UpdateAsync(FoundResource found, string body, CancellationToken cancel) =>
        target.Client.UpdateAsync(form.Type, found.Id, FoundResource.Bytes(body), found.VersionId, cancel);

    // Unknown is not none: a page that cannot be read must not look like an empty one.
    private static FhirAnswer NotABundle(FhirAnswer page) => page with { Verdict = FhirVerdict.Unknown, Fault = "not-a-bundle" };
}
