using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Units;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>The dose per covered day of a dosage instruction (P1.6): the first dose, times how often a day.</summary>
internal static class DailyDoses
{
    private const string Abbreviations = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation";

    /// <summary>Null when the dose is not stated, is taken as needed, or is not the same every day (weekly, every other day, a range).</summary>
    internal static Dose? Of(IReadOnlyList<Dosage> instructions, string agent, UnitTable units)
    {
        if (instructions.Count == 0 || instructions[0] is not { DoseAndRate.Count: > 0 } instruction || IsAsNeeded(instruction)) return null;
        var dose = Doses.Of(instruction.DoseAndRate[0].Dose as Quantity, agent, units);
        return dose is not null && TimesPerDay(instruction.Timing) is { } times ? dose with { Value = UnitTable.Normalise(dose.Value * times) } : null;
    }

    private static bool IsAsNeeded(Dosage instruction) => instruction.AsNeeded is CodeableConcept || Primitives.IsTrue(instruction.AsNeeded);

    /// <summary>Once a day unless stated.</summary>
    private static decimal? TimesPerDay(Timing? timing) =>
        timing?.Repeat is { } repeat ? TimesPerDay(repeat) : TimesPerDay(timing?.Code);

    private static decimal? TimesPerDay(Timing.RepeatComponent repeat)
    {
        if (repeat.DayOfWeekElement.Count > 0 || repeat.FrequencyMaxElement is not null || repeat.PeriodMaxElement is not null) return null;
        var frequency = (decimal)(Primitives.Whole(repeat.FrequencyElement) ?? Math.Max(1, repeat.TimeOfDayElement.Count + repeat.WhenElement.Count));
        var period = Primitives.Number(repeat.PeriodElement) ?? 1m;
        return Statuses.Literal(repeat.PeriodUnitElement) switch
        {
            null or "d" when period == 1m => frequency,
            "h" when period > 0m && 24m % period == 0m => frequency * (24m / period),
            _ => null,
        };
    }

    private static decimal? TimesPerDay(CodeableConcept? code) =>
        Primitives.Text(code?.Coding.Find(coding => Primitives.Text(coding.SystemElement) == Abbreviations)?.CodeElement) switch
        {
            null or "QD" or "AM" or "PM" or "BED" => 1m,
            "BID" => 2m,
            "TID" => 3m,
            "QID" => 4m,
            _ => null,
        };
}
