using System.Text;
using CarT.Fhir.Hosting;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Storage;
using Hl7.Fhir.Model;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>The Provenance of a write, and how one is recognised.</summary>
/// <param name="systems">Our identifier systems.</param>
/// <param name="facility">Time zone of the facility.</param>
/// <param name="clock">The ward's calendar: these times are read beside the assessment's.</param>
internal sealed class ProvenanceForm(IdentifierSystems systems, TimeZoneInfo facility, ClinicalClock clock)
{
    /// <summary>Says who wrote this version, when, by which protocol, from which results.</summary>
    public (string Reference, string Body) Prepare(Work work, Standing standing, string outcome)
    {
        var reference = $"{work.Row.Type}/{standing.ResourceId}" + (standing.VersionId is { } version ? $"/_history/{version}" : "");
        var provenance = ProvenanceWriter.Write(
            [reference],
            outcome == Outcomes.Created ? WriteKind.Create : WriteKind.Update,
            work.Wanted.Evidence,
            work.Wanted.EvidenceVersions,
            work.Wanted.Protocol,
            new WriteContext { Patient = work.Claim.Key, At = work.Wanted.DecidedAt, Identifiers = systems },
            TimeZoneInfo.ConvertTime(clock.Now, facility));
        return (reference, Encoding.UTF8.GetString(FhirJson.Write(provenance)));
    }

    /// <summary>Whether a page of Provenance holds ours about this version; null when the page cannot be read.</summary>
    public static bool? PageSpeaksOf(FhirAnswer page, string reference) =>
        FhirJson.Read(page.Body).Resource is Bundle bundle
            ? bundle.Entry.Select(entry => entry.Resource).OfType<Provenance>().SelectMany(provenance => provenance.Target)
                .Any(target => target.Reference is { } found && (found == reference || found.EndsWith("/" + reference, StringComparison.Ordinal)))
            : null;
}
