using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.WriteBack.Targets;
using Hl7.Fhir.Model;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>Looks in a target for a Provenance of a resource or of one of its versions.</summary>
internal static class ProvenanceSearch
{
    private const int PageSize = 50;
    private const string OfVersion = "/_history/";

    /// <summary>
    /// Whether there is one of <paramref name="reference"/> (<c>Flag/1/_history/2</c>; at a server without versions <c>Flag/1</c>) that the condition
    /// holds for. Where the answer is not done, nothing is known.
    /// </summary>
    /// <remarks>
    /// Servers do not agree on how a versioned reference is found: most by what it points to, some only by the whole of it, version included (Medplum,
    /// fhir-candle). What is found is compared here.
    /// </remarks>
    public static async Task<(FhirAnswer Answer, bool Stands)> FindAsync(Target target, string reference, Func<Provenance, bool> condition, CancellationToken cancel)
    {
        var unversioned = reference.Split(OfVersion)[0];
        var (answer, stands) = await FindAsync(target, unversioned, reference, condition, cancel);
        if (answer.Verdict != FhirVerdict.Done || stands || unversioned == reference) return (answer, stands);
        var (whole, found) = await FindAsync(target, reference, reference, condition, cancel);
        // A server that does not take such a value has answered the first question.
        return Ledger.IsRefusal(whole) ? (answer, false) : (whole, found);
    }

    // Null when the page cannot be read.
    private static bool? PageHolds(FhirAnswer page, string reference, Func<Provenance, bool> condition)
    {
        if (FhirJson.Read(page.Body).Resource is not Bundle bundle) return null;
        return bundle.Entry.Select(entry => entry.Resource).OfType<Provenance>().Where(condition)
            .SelectMany(provenance => provenance.Target)
            .Any(target => target.Reference is { } found && (found == reference || found.EndsWith("/" + reference, StringComparison.Ordinal)));
    }

    private static async Task<(FhirAnswer Answer, bool Stands)> FindAsync(
        Target target, string asked, string reference, Func<Provenance, bool> condition, CancellationToken cancel)
    {
        var answer = new FhirAnswer { Verdict = FhirVerdict.Unknown, Fault = "no-page" };
        await foreach (var page in target.Client.SearchAsync($"{ProvenanceRecorder.Type}?target={FhirClient.SearchValue(asked)}&_count={PageSize}", cancel))
        {
            if (page.Fault == FhirAnswer.NextLink) return (TargetResources.Incomplete(answer), false);
            answer = page;
            if (page.Verdict != FhirVerdict.Done) break;
            if (PageHolds(page, reference, condition) is not { } holds) return (page with { Verdict = FhirVerdict.Unknown, Fault = "not-a-bundle" }, false);
            if (holds) return (page, true);
            if (page.IsPartial()) return (TargetResources.Incomplete(page), false);
        }
        return (answer, false);
    }
}
