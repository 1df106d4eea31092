using System.Text;
using CarT.Fhir.Hosting;
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
    // Servers keep whole seconds, or thousandths.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

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

    /// <summary>
    /// Tells whether a Provenance of the same resource is this one. Where resources have no versions there is one for each write, and the time at which it
    /// was recorded tells them apart.
    /// </summary>
    public static Func<Provenance, bool> SameAs(DueProvenance due)
    {
        var isOfVersion = due.Reference.Contains("/_history/", StringComparison.Ordinal);
        if (isOfVersion || FhirJson.Read(FoundResource.Bytes(due.Body)).Resource is not Provenance { Recorded: { } recorded }) return _ => true;
        return found => (found.Recorded - recorded)?.Duration() < Rounding;
    }
}
