using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// One part of an Observation that can carry a result (P2.8): the Observation itself, a component of a panel, or a contained member of it.
/// <see cref="Source"/> is the Observation whose status, time and specimen the part has: a member's own, else the whole one.
/// </summary>
internal sealed record ObservationSlot(string Name, Observation Source, CodedConcepts Code, DataType? Value, CodeableConcept? DataAbsentReason,
    IReadOnlyList<CodeableConcept> Interpretation, IReadOnlyList<Observation.ReferenceRangeComponent> Ranges, bool HasModifier)
{
    internal bool IsRelevant => Code.Has(ConceptKind.Count) || Code.Has(ConceptKind.Chemistry) || Code.Has(ConceptKind.PlateletClumps);

    internal bool IsLookAlike => Code.LookAlikes.Count > 0;

    /// <summary>Two different concepts, or a concept and its look-alike.</summary>
    internal bool IsAmbiguous => Code.Accepted.Count > 1 || Code.LookAlikes.Count > 0;

    /// <summary>What a refusal is about: the lineage when a coding names one.</summary>
    internal string Concern { get; } = Code.NameOf(ConceptKind.Count) ?? Code.NameOf(ConceptKind.Chemistry) ?? Lineages.Platelets;

    /// <summary>The parts of an Observation. An Observation that is only the heading of its members is left out.</summary>
    internal static List<ObservationSlot> Of(Observation observation, CodeSets codes)
    {
        var slots = new List<ObservationSlot>();
        var hasModifier = observation.ModifierExtension.Count > 0;
        Add(slots, observation, null, hasModifier, codes);
        foreach (var member in ContainedMembers(observation)) Add(slots, member, "#" + Primitives.Text(member.IdElement), hasModifier, codes);
        return slots;
    }

    private static void Add(List<ObservationSlot> slots, Observation source, string? member, bool hasModifier, CodeSets codes)
    {
        hasModifier |= source.ModifierExtension.Count > 0;
        var isHeading = source.Value is null && source.DataAbsentReason is null && source.Component.Count + source.HasMember.Count > 0;
        if (!isHeading)
            slots.Add(new ObservationSlot(member ?? "value", source, CodedConcepts.Of(source.Code, codes), source.Value, source.DataAbsentReason,
                source.Interpretation, source.ReferenceRange, hasModifier));
        for (var i = 0; i < source.Component.Count; i++)
        {
            var component = source.Component[i];
            slots.Add(new ObservationSlot(member is null ? $"component[{i}]" : $"{member}.component[{i}]", source, CodedConcepts.Of(component.Code, codes), component.Value,
                component.DataAbsentReason, component.Interpretation, component.ReferenceRange, hasModifier || component.ModifierExtension.Count > 0));
        }
    }

    /// <summary>The contained Observations that <c>hasMember</c> names; a member outside is a resource of its own and is read as such.</summary>
    private static IEnumerable<Observation> ContainedMembers(Observation observation)
    {
        if (observation.HasMember.Count == 0 || observation.Contained.Count == 0) return [];
        var named = observation.HasMember.Select(member => Primitives.Text(member.ReferenceElement)).ToHashSet(StringComparer.Ordinal);
        return observation.Contained.OfType<Observation>().Where(contained => named.Contains("#" + Primitives.Text(contained.IdElement)));
    }
}
