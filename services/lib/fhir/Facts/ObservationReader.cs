using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>Observation to counts, chemistry and clump reports (P2, P1.2).</summary>
internal sealed class ObservationReader
{
    private const string SpecimenConditions = "http://terminology.hl7.org/CodeSystem/v2-0493";

    private readonly ReadContext context;
    private readonly Observation source;
    private readonly FactCollector facts;
    private readonly PatientKey? patient;
    private readonly TimeReading time;
    private readonly string? specimen;
    private readonly bool specimenIsUnsuitable;

    /// <summary>Reads the parts of the whole Observation, or of one contained member: what the member does not say, the whole says for it.</summary>
    private ObservationReader(Observation whole, Observation source, ResourceVersion header, FactCollector facts, ReadContext context)
    {
        this.context = context;
        this.source = source;
        this.facts = facts;
        patient = source.Subject is null || References.Patient(source.Subject, context) == header.Patient ? header.Patient : null;
        time = TimeOf(source, whole, context).Else(TimeOf(whole, whole, context));
        var reference = source.Specimen ?? whole.Specimen;
        specimen = References.Relative(Primitives.Text(reference?.ReferenceElement), context);
        specimenIsUnsuitable = References.Find<Specimen>(whole, reference, context) is { } found && IsUnsuitable(found);
    }

    internal static ResourceVersion Read(Observation observation, ResourceVersion header, ReadContext context)
    {
        var slots = ObservationSlot.Of(observation, context.Codes);
        var relevant = slots.FindAll(slot => slot.IsRelevant);
        if (relevant.Count == 0) return header with { NotRelevant = ReasonOf(observation, slots, context.Codes) };
        var counted = relevant.FindAll(slot => StatusOf(slot.Source, observation) != StatusVerdict.NotCounted);
        if (counted.Count == 0) return header with { NotRelevant = NotRelevantReasons.StatusNotCounted };
        var collected = new FactCollector(header);
        ObservationReader? reader = null;
        foreach (var slot in counted)
        {
            // The slots of one source stand together.
            if (reader?.source != slot.Source) reader = new ObservationReader(observation, slot.Source, header, collected, context);
            reader.Read(slot, StatusOf(slot.Source, observation));
        }
        return collected.ToVersion();
    }

    /// <summary>A member counts when it and the whole do.</summary>
    private static StatusVerdict StatusOf(Observation source, Observation whole) =>
        Statuses.Result(Statuses.Of(whole)) is var verdict && verdict != StatusVerdict.Counted ? verdict
        : Statuses.IsRetraction(source.TypeName, Statuses.Of(source)) ? StatusVerdict.NotCounted
        : Statuses.Result(Statuses.Of(source));

    private static TimeReading TimeOf(Observation source, Observation whole, ReadContext context) =>
        ClinicalTimes.Of(source, References.Find<Specimen>(whole, source.Specimen, context));

    private static string ReasonOf(Observation observation, IReadOnlyList<ObservationSlot> slots, CodeSets codes)
    {
        var heading = CodedConcepts.Of(observation.Code, codes);
        if (heading.Has(ConceptKind.Count) || heading.Has(ConceptKind.Chemistry)) return NotRelevantReasons.NothingToSay;
        return heading.LookAlikes.Count > 0 || slots.Any(slot => slot.IsLookAlike) ? NotRelevantReasons.CodeRejected : NotRelevantReasons.CodeNotUsed;
    }

    private void Read(ObservationSlot slot, StatusVerdict status)
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
        if (ClumpReports.IsPositive(slot.Value) || ClumpReports.IsInterpretedAsPositive(slot.Interpretation))
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
        Received = quantity.Received,
    };

    private static bool IsUnsuitable(Specimen specimen) =>
        specimen.Condition.SelectMany(condition => condition.Coding)
            .Any(coding => Primitives.Text(coding.SystemElement) == SpecimenConditions && Primitives.Text(coding.CodeElement) is "CLOT" or "HEM");
}
