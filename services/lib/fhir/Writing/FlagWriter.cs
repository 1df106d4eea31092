using System.Globalization;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>One flag interval of an assessment as a FHIR Flag. Pure: the same assessment writes the same resource.</summary>
public static class FlagWriter
{
    /// <summary>The Flag of one interval.</summary>
    /// <param name="flag">The interval.</param>
    /// <param name="ordinal">Its ordinal (<c>AssessmentChanged.FlagOrdinals</c>).</param>
    /// <param name="assessment">The assessment that it is part of; tells the lineages and the protocol.</param>
    /// <param name="context">Patient, time and identifier systems.</param>
    public static Flag Write(AssessedFlag flag, int ordinal, Assessment assessment, WriteContext context) =>
        Write(new Interval(flag.Code, flag.Episode, ordinal, flag.Status, flag.Since, flag.Until, flag.Text), SnomedOf(flag, assessment),
            assessment.Protocol, context);

    /// <summary>The Flag of a published interval that is no longer true, with the status that it must get (P11.3).</summary>
    public static Flag Write(WithdrawnFlag flag, ProtocolIdentity protocol, WriteContext context) =>
        Write(new Interval(flag.Code, flag.Episode, flag.Ordinal, flag.Status, flag.Since, flag.Until, flag.Text), [], protocol, context);

    /// <summary>
    /// A flag that is over keeps the codings with which it was published: what it said then does not change by being over.
    /// Returns <paramref name="wanted"/>, with the code of <paramref name="standing"/> where that is the same flag.
    /// </summary>
    public static Flag WithPublishedCodings(Flag wanted, Flag standing, IdentifierSystems systems)
    {
        var ours = wanted.Code?.Coding.Find(coding => coding.System == systems.FlagCode)?.Code;
        var isSame = standing.Code?.Coding.Exists(coding => coding.System == systems.FlagCode && coding.Code == ours) ?? false;
        if (wanted.Status != Flag.FlagStatus.Active && isSame) wanted.Code = standing.Code;
        return wanted;
    }

    private static Flag Write(Interval interval, List<Coding> standard, ProtocolIdentity protocol, WriteContext context)
    {
        var systems = context.Identifiers;
        var (category, title) = FlagTexts.Of(interval.Code);
        return new Flag
        {
            Meta = context.Meta,
            Text = Narratives.Of($"{interval.Text} Protocol {protocol.Id} {protocol.Version}. For clinician review; no order was placed."),
            Identifier = [new Identifier(systems.Flag, BusinessIdentifiers.Flag(context.Patient, interval.Code, interval.Episode, interval.Ordinal))],
            Status = StatusOf(interval.Status),
            Category = [new CodeableConcept { Coding = [new Coding(FlagTexts.CategorySystem, category)] }],
            Code = new CodeableConcept
            {
                Coding = [new Coding { System = systems.FlagCode, Version = "1", Code = interval.Code }, .. standard],
                Text = title,
            },
            Subject = context.Subject,
            Period = PeriodOf(interval),
            Author = context.Author,
        };
    }

    private static Flag.FlagStatus StatusOf(string status) => status switch
    {
        FlagStatuses.Active => Flag.FlagStatus.Active,
        FlagStatuses.Inactive => Flag.FlagStatus.Inactive,
        FlagStatuses.EnteredInError => Flag.FlagStatus.EnteredInError,
        _ => throw new ArgumentOutOfRangeException(nameof(status), "Not a status of a flag."),
    };

    /// <summary>FHIR's end is the last day on which the flag was active; <c>until</c> is the first on which it was not.</summary>
    private static Period PeriodOf(Interval interval)
    {
        var period = new Period { Start = Day(interval.Since) };
        if (interval.Until is { } until) period.End = Day(until > interval.Since ? until.AddDays(-1) : interval.Since);
        return period;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>
    /// The nearest standard concepts of an active cytopenia. No standard concept names cytopenia after CAR-T; pancytopenia is said only when
    /// all three lineages are low, and no cause is claimed.
    /// </summary>
    private static List<Coding> SnomedOf(AssessedFlag flag, Assessment assessment)
    {
        if (flag is not { Code: FlagCodes.SeverePersistentCytopenia, Status: FlagStatuses.Active } || flag.Episode != assessment.Episode?.Number) return [];
        var low = Lineages.All.Where(lineage => assessment.Lineages.Of(lineage).Status == LineageStatuses.Low).ToHashSet(StringComparer.Ordinal);
        var codings = new List<Coding>();
        if (low.Count == Lineages.All.Count) codings.Add(new Coding(CodeSets.Snomed, "127034005", "Pancytopenia"));
        if (low.Contains(Lineages.Platelets)) codings.Add(new Coding(CodeSets.Snomed, "302215000", "Thrombocytopenic disorder"));
        if (low.Contains(Lineages.Anc)) codings.Add(new Coding(CodeSets.Snomed, "165517008", "Neutropenia"));
        if (low.Contains(Lineages.Hemoglobin)) codings.Add(new Coding(CodeSets.Snomed, "271737000", "Anemia"));
        return codings;
    }

    private sealed record Interval(string Code, int Episode, int Ordinal, string Status, DateOnly Since, DateOnly? Until, string Text);
}
