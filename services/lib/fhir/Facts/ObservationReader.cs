using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>Observation to counts, chemistry and clump reports (P2, P1.2).</summary>
internal sealed class ObservationReader
{
    private const string SpecimenConditions = "http://terminology.hl7.org/CodeSystem/v2-0493";

    private readonly ReadContext context;
    private readonly FactCollector facts;
    private readonly TimeReading time;
    private readonly string? specimen;
    private readonly bool specimenIsUnsuitable;

    private ObservationReader(Observation observation, ResourceVersion header, ReadContext context)
    {
        this.context = context;
        facts = new FactCollector(header);
        var found = References.Find<Specimen>(observation, observation.Specimen, context);
        time = ClinicalTimes.Of(observation, found);
        specimen = References.Relative(Primitives.Text(observation.Specimen?.ReferenceElement), context);
        specimenIsUnsuitable = found is not null && IsUnsuitable(found);
    }

    internal static ResourceVersion Read(Observation observation, ResourceVersion header, ReadContext context)
    {
        var slots = ObservationSlot.Of(observation, context.Codes);
        var relevant = slots.Where(slot => slot.IsRelevant).ToList();
        if (relevant.Count == 0) return header with { NotRelevant = ReasonOf(observation, slots, context.Codes) };
        var status = Statuses.Result(Statuses.Of(observation));
        if (status == StatusVerdict.NotCounted) return header with { NotRelevant = NotRelevantReasons.StatusNotCounted };
        var reader = new ObservationReader(observation, header, context);
        foreach (var slot in relevant) reader.Read(slot, status, header.Patient);
        return reader.facts.ToVersion();
    }

    private static string ReasonOf(Observation observation, IReadOnlyList<ObservationSlot> slots, CodeSets codes)
    {
        var heading = CodedConcepts.Of(observation.Code, codes);
        if (heading.Has(ConceptKind.Count) || heading.Has(ConceptKind.Chemistry)) return NotRelevantReasons.NothingToSay;
        return heading.LookAlikes.Count > 0 || slots.Any(slot => slot.IsLookAlike) ? NotRelevantReasons.CodeRejected : NotRelevantReasons.CodeNotUsed;
    }

    private void Read(ObservationSlot slot, StatusVerdict status, PatientKey? patient)
    {
        var problem = status == StatusVerdict.NotUsable ? DataQualityCodes.StatusNotUsable
            : slot.HasModifier ? DataQualityCodes.ModifierExtension
            : slot.IsAmbiguous ? DataQualityCodes.CodeAmbiguous
            : patient is null ? DataQualityCodes.PatientMissing
            : null;
        if (problem is not null) facts.Refuse(problem, slot.Name, slot.Concern, time.Time);
        else if (slot.Code.Has(ConceptKind.PlateletClumps)) ReadClumps(slot);
        else if (time.Problem is not null) facts.RefuseTime(time, slot.Name, slot.Concern);
        else ReadResult(slot, time.Time!.Value);
    }

    private void ReadClumps(ObservationSlot slot)
    {
        if (ClumpReports.IsPositive(slot.Value))
            facts.PlateletClumps.Add(new PlateletClumps { Slot = slot.Name, Time = time.Time, Specimen = specimen });
    }

    private void ReadResult(ObservationSlot slot, ClinicalTime at)
    {
        var (quantity, refusal) = LabQuantities.Of(slot.Value, slot.DataAbsentReason);
        if (quantity is null)
        {
            facts.Refuse(refusal!, slot.Name, slot.Concern, at);
            return;
        }
        var result = new LabResultReader(slot.Concern, quantity, new ReferenceLimits(slot.Ranges, quantity.Unit), context.Units);
        (var value, refusal) = result.Read();
        if (refusal is null && specimenIsUnsuitable) refusal = DataQualityCodes.SpecimenUnsuitable;
        if (refusal is not null) facts.Refuse(refusal, slot.Name, slot.Concern, at);
        else if (slot.Code.Has(ConceptKind.Count)) facts.CellCounts.Add(Count(slot, quantity, value!.Value, result, at));
        else facts.Chemistry.Add(Result(slot, quantity, value!.Value, result, at));
    }

    private CellCount Count(ObservationSlot slot, LabQuantity quantity, decimal value, LabResultReader result, ClinicalTime at) => new()
    {
        Slot = slot.Name,
        Lineage = slot.Concern,
        Value = value,
        Comparator = quantity.Comparator,
        Time = at,
        Specimen = specimen,
        LowerLimit = result.LowerLimit,
        Received = quantity.Received,
    };

    private static ChemistryResult Result(ObservationSlot slot, LabQuantity quantity, decimal value, LabResultReader result, ClinicalTime at) => new()
    {
        Slot = slot.Name,
        Analyte = slot.Concern,
        Value = value,
        Comparator = quantity.Comparator,
        Time = at,
        UpperLimit = result.UpperLimit,
    };

    private static bool IsUnsuitable(Specimen specimen) =>
        specimen.Condition.SelectMany(condition => condition.Coding)
            .Any(coding => Primitives.Text(coding.SystemElement) == SpecimenConditions && Primitives.Text(coding.CodeElement) is "CLOT" or "HEM");
}
