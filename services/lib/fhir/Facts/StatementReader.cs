using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// MedicationStatement, and MedicationDispense where a site takes it for evidence, to a course of outpatient tablets (P1.6). Only TPO receptor
/// agonists are read from them, and no injections: those are not given every day.
/// </summary>
internal static class StatementReader
{
    internal static ResourceVersion Read(MedicationStatement statement, ResourceVersion header, ReadContext context)
    {
        var stated = new ClinicalEvent(header, CodedConcepts.None, HasModifier(statement, statement.Dosage), Start(statement));
        var status = Statuses.Of(statement);
        var course = new Course(status!, End(statement), DaysOfSupply: null, statement.Dosage);
        return Read(statement, statement.Medication, stated, Statuses.Statement(status), course, context);
    }

    /// <summary>A dispense covers its days of supply from the day on which it was handed over; that day alone when they are not stated.</summary>
    internal static ResourceVersion Read(MedicationDispense dispense, ResourceVersion header, ReadContext context)
    {
        var start = ClinicalTimes.Of(dispense.WhenHandedOverElement);
        var handedOver = new ClinicalEvent(header, CodedConcepts.None, HasModifier(dispense, dispense.DosageInstruction), start);
        var course = new Course("completed", TimeReading.Missing, DaysOf(dispense.DaysSupply), dispense.DosageInstruction);
        return Read(dispense, dispense.Medication, handedOver, Statuses.Dispense(Statuses.Of(dispense)), course, context);
    }

    private static ResourceVersion Read(DomainResource resource, DataType? medication, ClinicalEvent stated, StatusVerdict status, Course course,
        ReadContext context)
    {
        if (!context.DoseEvidence.Contains(resource.TypeName)) return stated.NotRelevant(NotRelevantReasons.TypeNotUsed);
        var code = MedicationCode.Of(resource, medication, context);
        stated = stated with { Code = code.Concepts };
        if (!code.IsResolved)
            return status == StatusVerdict.Counted
                ? stated.Refused(DataQualityCodes.ResourceInvalid, null, RefusalTexts.UnresolvedMedication)
                : stated.NotRelevant(NotRelevantReasons.StatusNotCounted);
        var agent = code.Concepts.NamesOf(ConceptKind.Drug).FirstOrDefault(Doses.IsTpoRa);
        if (agent is null) return stated.NotUsed();
        if (code.Concepts.Accepted.Count == 1 && Doses.IsInjected(agent)) return stated.NotRelevant(NotRelevantReasons.StatementOfAnInjection);
        return stated.Obstacle(status, code.Concepts.Accepted.Count > 1, Concerns.TpoRa) ?? Write(stated, agent, course, context);
    }

    private static ResourceVersion Write(ClinicalEvent stated, string agent, Course course, ReadContext context)
    {
        if (course.End is { IsMissing: false, Problem: { } problem }) return stated.Refused(problem, Concerns.TpoRa, RefusalTexts.OfTime(problem));
        var start = stated.Time.Time!.Value;
        if (course.End.Time is { } end && IsBefore(end, start))
            return stated.Refused(DataQualityCodes.ResourceInvalid, Concerns.TpoRa, RefusalTexts.EndBeforeStart);
        var dose = DailyDoses.Of(course.Dosage, agent, context.Units);
        if (dose is { Value: <= 0m }) return stated.NotRelevant(NotRelevantReasons.NothingToSay);
        return stated.Header with
        {
            DrugStatements =
            [
                new DrugStatement
                {
                    Slot = ClinicalEvent.Slot, Agent = agent, Status = course.Status, Start = start, End = course.End.Time, DaysOfSupply = course.DaysOfSupply,
                    DosePerDay = dose,
                },
            ],
            Refusals = dose is null ? stated.Refused(DataQualityCodes.DoseMissing, Concerns.TpoRa).Refusals : [],
        };
    }

    private static TimeReading Start(MedicationStatement statement) => statement.Effective switch
    {
        Period period => ClinicalTimes.Of(period.StartElement),
        var moment => ClinicalTimes.OfElement(moment),
    };

    /// <summary>A statement about one moment covers that day alone.</summary>
    private static TimeReading End(MedicationStatement statement) => statement.Effective switch
    {
        Period period => ClinicalTimes.Of(period.EndElement),
        var moment => ClinicalTimes.OfElement(moment),
    };

    private static int? DaysOf(Quantity? daysSupply) =>
        daysSupply is not null && Primitives.Number(daysSupply.ValueElement) is >= 1m and <= 1000m and var days
        && LabQuantities.UnitOf(daysSupply) is null or "d" or "day" or "days"
            ? (int)decimal.Ceiling(days)
            : null;

    /// <summary>Whether an end is before a start on any clock. A date has no zone: beside an instant it may be a day off.</summary>
    private static bool IsBefore(ClinicalTime end, ClinicalTime start) => (end, start) switch
    {
        ({ Instant: { } last }, { Instant: { } first }) => last < first,
        ({ Date: { } last }, { Date: { } first }) => last < first,
        _ => DayInUtc(end).DayNumber + 1 < DayInUtc(start).DayNumber,
    };

    private static DateOnly DayInUtc(ClinicalTime time) => time.Date ?? DateOnly.FromDateTime(time.Instant!.Value.UtcDateTime);

    private static bool HasModifier(DomainResource resource, List<Dosage> dosage) =>
        resource.ModifierExtension.Count > 0 || dosage.Exists(instruction => instruction.ModifierExtension.Count > 0);

    private sealed record Course(string Status, TimeReading End, int? DaysOfSupply, IReadOnlyList<Dosage> Dosage);
}
