using CarT.Fhir.Contracts;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>Whether something was written for the first time.</summary>
public enum WriteKind
{
    Create,
    Update,
}

/// <summary>Says of what we wrote: by whom, when, under which protocol, and from which versions of which results.</summary>
public static class ProvenanceWriter
{
    /// <param name="targets">What was written, with its version: <c>Flag/f1/_history/1</c>.</param>
    /// <param name="kind">Created or updated.</param>
    /// <param name="evidence">References of the resources behind it.</param>
    /// <param name="evidenceVersions">Version id by reference, of those that have one (<c>AssessmentChanged.EvidenceVersions</c>).</param>
    /// <param name="protocol">The definition that was applied; its address and hash become the policy.</param>
    /// <param name="context">Patient, time of the decision, and identifier systems.</param>
    /// <param name="recorded">When the write was recorded, with the offset of the facility.</param>
    public static Provenance Write(IEnumerable<string> targets, WriteKind kind, IEnumerable<string> evidence,
        IReadOnlyDictionary<string, string> evidenceVersions, ProtocolIdentity protocol, WriteContext context, DateTimeOffset recorded) => new()
        {
            Target = [.. targets.Select(target => new ResourceReference(target))],
            Occurred = new FhirDateTime(context.At),
            Recorded = recorded,
            Policy = [context.Identifiers.PlanDefinition(protocol.Id, protocol.Version), context.Identifiers.Ruleset(protocol.Hash)],
            Activity = new CodeableConcept
            {
                Coding = [new Coding("http://terminology.hl7.org/CodeSystem/v3-DataOperation", kind == WriteKind.Create ? "CREATE" : "UPDATE")],
            },
            Agent =
            [
                new Provenance.AgentComponent
                {
                    Type = new CodeableConcept { Coding = [new Coding("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "assembler")] },
                    Who = context.Author,
                },
            ],
            Entity = [.. evidence.Distinct(StringComparer.Ordinal).Select(reference => Source(reference, evidenceVersions))],
        };

    private static Provenance.EntityComponent Source(string reference, IReadOnlyDictionary<string, string> versions) => new()
    {
        Role = Provenance.ProvenanceEntityRole.Source,
        What = new ResourceReference(versions.TryGetValue(reference, out var version) ? $"{reference}/_history/{version}" : reference),
    };
}
