using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>What is proposed to a clinician on the last day (P9.3 to P9.9). Proposals, never orders (P11.5).</summary>
internal static class Proposals
{
    public static ProposedCarePlan Of(EpisodeFold fold)
    {
        IEnumerable<ProposedActivity> plan = fold.State switch
        {
            States.Closed => [],
            States.SafetyHold => OnHold(fold),
            _ => WithoutHold(fold),
        };
        return new ProposedCarePlan([.. plan.DistinctBy(static a => a.Code).OrderBy(static a => a.Code, StringComparer.Ordinal)]);
    }

    private static List<ProposedActivity> WithoutHold(EpisodeFold fold)
    {
        var plan = new List<ProposedActivity>();
        if (fold.IsAnySevere) plan.AddRange(ForSevere(fold));
        if (fold.State == States.SeverePersistentCytopenia) plan.AddRange(BeforeTherapy(fold));
        if (fold.IsTherapyCurrent) plan.AddRange(UnderTherapy(fold));
        if (fold.NonResponse.Cause is { } cause)
            plan.Add(Task(ActivityCodes.StopTpoRaReview, "Review whether to stop the TPO-RA: " + cause.Text, cause.Evidence));
        return plan;
    }

    /// <summary>Exactly these with a hold, whether therapy is current or not (P9.8).</summary>
    private static IEnumerable<ProposedActivity> OnHold(EpisodeFold fold)
    {
        var causes = new[] { fold.Thrombocytosis.Hold, fold.Hepatotoxicity.Hold }.OfType<Finding>().ToList();
        List<string> evidence = [.. causes.SelectMany(static c => c.Evidence).Distinct()];
        var monitoring = fold.Definition.Monitoring;
        yield return Task(ActivityCodes.HoldTpoRa, "Hold the TPO-RA: " + string.Join("; ", causes.Select(static c => c.Text)), evidence);
        var cbc = $"Blood count with differential, {Times(monitoring.CbcTimesPerWeek)} weekly, during the hold of the TPO-RA";
        var liver = $"Liver panel (ALT, AST, bilirubin), at least every {monitoring.LiverPanelEveryDays} days, during the hold of the TPO-RA";
        yield return Request(ActivityCodes.CbcWithDifferential, cbc, evidence);
        yield return Request(ActivityCodes.LiverPanel, liver, evidence);
    }

    private static IEnumerable<ProposedActivity> ForSevere(EpisodeFold fold)
    {
        var evidence = SevereEvidence(fold);
        var severe = Severe(fold);
        var causes = string.Join("; ", fold.All.Select(static l => l.SevereCause?.Text).OfType<string>());
        yield return Task(ActivityCodes.HaematologistReview, $"Review by a haematologist: severe persistent cytopenia ({severe}). {causes}", evidence);
        yield return Task(
            ActivityCodes.CytopeniaWorkup,
            $"Work-up of persistent cytopenia ({severe}): marrow aspirate and biopsy, viral PCR, vitamin B12 and folate, ferritin and HLH screen",
            evidence);
        var perWeek = Times(fold.Definition.Monitoring.CbcTimesPerWeek);
        var cbc = $"Blood count with differential, {perWeek} weekly, while a lineage is severe ({severe})";
        yield return Request(ActivityCodes.CbcWithDifferential, cbc, evidence);
    }

    private static IEnumerable<ProposedActivity> BeforeTherapy(EpisodeFold fold)
    {
        var evidence = SevereEvidence(fold);
        var considered = $"before a TPO-RA is considered for severe cytopenia ({Severe(fold)})";
        yield return Request(ActivityCodes.LiverPanel, $"Liver panel (ALT, AST, bilirubin) {considered}; {LastAlt(fold)}", evidence);
        yield return Request(ActivityCodes.OphthalmicExamination, $"Ophthalmic examination (cataract) {considered}", evidence);
        if (!StartRules.Allow(fold)) yield break;
        yield return StartRules.Eltrombopag(fold, evidence);
        if (fold.Therapy.Romiplostim is null) yield return StartRules.Romiplostim(fold, evidence);
    }

    private static IEnumerable<ProposedActivity> UnderTherapy(EpisodeFold fold)
    {
        var evidence = LastDoses(fold);
        var monitoring = fold.Definition.Monitoring;
        var given = $"while a TPO-RA is given (since {fold.DateOf(fold.Therapy.StartDay!.Value)})";
        var cbc = $"Blood count with differential, {Times(monitoring.CbcTimesPerWeek)} weekly, {given}";
        var next = fold.Liver.Latest(fold.Day) is { } alt ? $", the next by {fold.DateOf(alt.Day + monitoring.LiverPanelEveryDays)}" : "";
        var liver = $"Liver panel (ALT, AST, bilirubin) every {monitoring.LiverPanelEveryDays} days {given}; {LastAlt(fold)}{next}";
        yield return Request(ActivityCodes.CbcWithDifferential, cbc, evidence);
        yield return Request(ActivityCodes.LiverPanel, liver, evidence);
        if (StartRules.IsSecondRomiplostimDue(fold)) yield return StartRules.SecondRomiplostim(fold);
        if (ReductionRules.Reduction(fold) is { } less) yield return less;
        if (EscalationRules.Escalation(fold) is { } more) yield return more;
    }

    private static string Severe(EpisodeFold fold) =>
        Wording.List([.. fold.All.Where(static l => l.IsSevere).Select(static l => Wording.LineageInside(l.Lineage))]);

    private static string LastAlt(EpisodeFold fold) => fold.Liver.Latest(fold.Day) is { } alt
        ? $"the last ALT was {ValueWording.Alt(alt)} on {fold.DateOf(alt.Day)}"
        : "no ALT is known";

    private static List<string> SevereEvidence(EpisodeFold fold) =>
        [.. fold.All.Where(static l => l.IsSevere).SelectMany(LineageSummaryWriter.Evidence).Distinct()];

    private static List<string> LastDoses(EpisodeFold fold) =>
        [.. fold.Therapy.Courses.Where(c => fold.Therapy.IsCurrent(c, fold.Day)).SelectMany(c => c.LastUpTo(fold.Day)!.Resources).Distinct()];

    private static string Times(int perWeek) => perWeek switch { 1 => "once", 2 => "twice", _ => perWeek + " times" };

    public static ProposedActivity Task(string code, string text, IReadOnlyList<string> evidence) => Activity(code, ActivityKinds.Task, text, null, evidence);

    private static ProposedActivity Request(string code, string text, IReadOnlyList<string> evidence) =>
        Activity(code, ActivityKinds.ServiceRequest, text, null, evidence);

    public static ProposedActivity Medication(string code, string text, Dose? dose, IReadOnlyList<string> evidence) =>
        Activity(code, ActivityKinds.MedicationRequest, text, dose, evidence);

    private static ProposedActivity Activity(string code, string kind, string text, Dose? dose, IReadOnlyList<string> evidence) =>
        new() { Code = code, Kind = kind, Status = "not-started", Text = text, Dose = dose, Evidence = evidence };
}
