using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>One part of an Observation that can carry a result: the Observation itself, or one component of a panel (P2.8).</summary>
internal sealed record ObservationSlot(string Name, CodedConcepts Code, DataType? Value, CodeableConcept? DataAbsentReason,
    IReadOnlyList<Observation.ReferenceRangeComponent> Ranges, bool HasModifier)
{
    internal bool IsRelevant => Code.Has(ConceptKind.Count) || Code.Has(ConceptKind.Chemistry) || Code.Has(ConceptKind.PlateletClumps);

    internal bool IsLookAlike => Code.LookAlikes.Count > 0;

    /// <summary>Two different concepts, or a concept and its look-alike.</summary>
    internal bool IsAmbiguous => Code.Accepted.Count > 1 || Code.LookAlikes.Count > 0;

    /// <summary>What a refusal is about: the lineage when a coding names one.</summary>
    internal string Concern =>
        Code.NamesOf(ConceptKind.Count).Concat(Code.NamesOf(ConceptKind.Chemistry)).FirstOrDefault() ?? Lineages.Platelets;

    /// <summary>The parts of an Observation. The Observation itself is left out when it is only the heading of its members.</summary>
    internal static IReadOnlyList<ObservationSlot> Of(Observation observation, CodeSets codes)
    {
        var whole = new ObservationSlot("value", CodedConcepts.Of(observation.Code, codes), observation.Value, observation.DataAbsentReason,
            observation.ReferenceRange, observation.ModifierExtension.Count > 0);
        var components = observation.Component.Select((component, index) => new ObservationSlot($"component[{index}]",
            CodedConcepts.Of(component.Code, codes), component.Value, component.DataAbsentReason,
            component.ReferenceRange, whole.HasModifier || component.ModifierExtension.Count > 0));
        var isHeading = observation.Value is null && observation.DataAbsentReason is null
            && observation.Component.Count + observation.HasMember.Count > 0;
        return isHeading ? [.. components] : [whole, .. components];
    }
}
