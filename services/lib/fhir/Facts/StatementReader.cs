using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>MedicationStatement to a course of outpatient tablets (P1.6). Only TPO receptor agonists are read from statements.</summary>
internal static class StatementReader
{
    internal static ResourceVersion Read(MedicationStatement statement, ResourceVersion header, ReadContext context)
    {
        if (!context.DoseEvidence.Contains(statement.TypeName)) return header with { NotRelevant = NotRelevantReasons.TypeNotUsed };
        var status = Statuses.Of(statement);
        var medication = MedicationCode.Of(statement, statement.Medication, context);
        var course = new ClinicalEvent(header, medication.Concepts, HasModifier(statement), Start(statement));
        if (!medication.IsResolved) return Unresolved(course, status);
        var agent = medication.Concepts.NamesOf(ConceptKind.Drug).FirstOrDefault(Doses.IsTpoRa);
        if (agent is null) return course.NotUsed();
        if (course.Obstacle(Statuses.Statement(status), medication.Concepts.Accepted.Count > 1, Concerns.TpoRa) is { } obstacle) return obstacle;
        return Course(statement, course, agent, status!, context);
    }

    private static ResourceVersion Course(MedicationStatement statement, ClinicalEvent course, string agent, string status, ReadContext context)
    {
        var end = End(statement);
        if (end is { IsMissing: false, Problem: { } problem }) return course.Refused(problem, Concerns.TpoRa, RefusalTexts.OfTime(problem));
        var dose = PerDay(statement, agent, context);
        if (dose is { Value: <= 0m }) return course.NotRelevant(NotRelevantReasons.NothingToSay);
        return course.Header with
        {
            DrugStatements =
            [
                new DrugStatement { Slot = ClinicalEvent.Slot, Agent = agent, Status = status, Start = course.Time.Time!.Value, End = end.Time, DosePerDay = dose },
            ],
            Refusals = dose is null ? course.Refused(DataQualityCodes.DoseMissing, Concerns.TpoRa).Refusals : [],
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

    private static Dose? PerDay(MedicationStatement statement, string agent, ReadContext context)
    {
        if (statement.Dosage.Count == 0 || statement.Dosage[0] is not { } dosage || dosage.DoseAndRate.Count == 0) return null;
        var dose = Doses.Of(dosage.DoseAndRate[0].Dose as Quantity, agent, context.Units);
        return dose is not null && TimesPerDay(dosage.Timing?.Repeat) is { } times ? dose with { Value = Units.UnitTable.Normalise(dose.Value * times) } : null;
    }

    /// <summary>Once a day unless stated. A rhythm that is not the same every day (weekly, every other day) has no dose per day.</summary>
    private static decimal? TimesPerDay(Timing.RepeatComponent? repeat)
    {
        var frequency = (decimal)(repeat?.Frequency ?? 1);
        var period = repeat?.Period ?? 1m;
        return Statuses.Literal(repeat?.PeriodUnitElement) switch
        {
            null or "d" when period == 1m => frequency,
            "h" when period > 0m && 24m % period == 0m => frequency * (24m / period),
            _ => null,
        };
    }

    private static ResourceVersion Unresolved(ClinicalEvent course, string? status) =>
        Statuses.Statement(status) == StatusVerdict.Counted
            ? course.Refused(DataQualityCodes.ResourceInvalid, null, RefusalTexts.UnresolvedMedication)
            : course.NotRelevant(NotRelevantReasons.StatusNotCounted);

    private static bool HasModifier(MedicationStatement statement) =>
        statement.ModifierExtension.Count > 0 || statement.Dosage.Any(dosage => dosage.ModifierExtension.Count > 0);
}
