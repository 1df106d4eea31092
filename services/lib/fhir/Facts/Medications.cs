using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Units;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// What a <c>medication[x]</c> is, through the code itself or the Medication that it refers to. Not resolved: a reference that leads nowhere
/// within the source, so that nobody can say what was given.
/// </summary>
internal sealed record MedicationCode(CodedConcepts Concepts, bool IsResolved)
{
    internal static MedicationCode Of(DomainResource owner, DataType? medication, ReadContext context) => medication switch
    {
        CodeableConcept concept => new(CodedConcepts.Of(concept, context.Codes), true),
        ResourceReference { ReferenceElement.ObjectValue: string { Length: > 0 } } reference => Referenced(References.Find<Medication>(owner, reference, context), context),
        _ => new(CodedConcepts.None, true),
    };

    private static MedicationCode Referenced(Medication? medication, ReadContext context) =>
        medication is null ? new(CodedConcepts.None, false) : new(CodedConcepts.Of(medication.Code, context.Codes), true);
}

/// <summary>Doses in the unit of their agent: mg by mouth, ug by injection.</summary>
internal static class Doses
{
    internal static bool IsTpoRa(string agent) => Agents.TpoRa.Contains(agent, StringComparer.Ordinal);

    internal static bool IsInjected(string agent) => agent is Agents.Romiplostim or Agents.Gcsf or Agents.GcsfLongActing;

    internal static string ConcernOf(string agent) => IsTpoRa(agent) ? Concerns.TpoRa : Concerns.Gcsf;

    /// <summary>The dose; null when it is not stated, is a bound, or its unit is none of mass.</summary>
    internal static Dose? Of(Quantity? quantity, string agent, UnitTable units)
    {
        if (quantity is not { ComparatorElement: null } || Primitives.Number(quantity.ValueElement) is not { } value) return null;
        var (measure, unit) = IsInjected(agent) ? (QuantityKind.DoseUg, "ug") : (QuantityKind.DoseMg, "mg");
        return LabQuantities.UnitOf(quantity) is { } received && units.Convert(measure, value, received) is { } dose ? new Dose(dose, unit) : null;
    }
}
