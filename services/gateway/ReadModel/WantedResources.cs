using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;

namespace CarT.Fhir.Gateway.ReadModel;

/// <summary>
/// A resource that should stand in the facade, without id and versions. An interval that is over is shown only when it was shown before (P11.3).
/// </summary>
internal sealed record WantedResource(DomainResource Resource, Identifier Identifier, bool OnlyIfShown);

/// <summary>What a revision says should stand: the same resources that write-back would write.</summary>
internal static class WantedResources
{
    /// <param name="revision">The revision.</param>
    /// <param name="identifiers">Our identifier systems.</param>
    /// <param name="facilityZone">Zone of the times that people read.</param>
    public static IEnumerable<WantedResource> Of(AssessmentChanged revision, IdentifierSystems identifiers, TimeZoneInfo facilityZone)
    {
        var context = new WriteContext
        {
            Patient = revision.Patient,
            At = TimeZoneInfo.ConvertTime(revision.Assessment.AsOf, facilityZone),
            Identifiers = identifiers,
        };
        for (var i = 0; i < revision.Assessment.Flags.Count; i++)
        {
            var flag = revision.Assessment.Flags[i];
            var resource = FlagWriter.Write(flag, revision.FlagOrdinals[i], revision.Assessment, context);
            yield return new WantedResource(resource, resource.Identifier[0], OnlyIfShown: flag.Status != FlagStatuses.Active);
        }
        foreach (var withdrawn in revision.Withdrawn)
        {
            var resource = FlagWriter.Write(withdrawn, revision.Assessment.Protocol, context);
            yield return new WantedResource(resource, resource.Identifier[0], OnlyIfShown: true);
        }
        if (CarePlanWriter.Write(revision.Assessment, context) is { } plan) yield return new WantedResource(plan, plan.Identifier[0], OnlyIfShown: false);
    }
}
