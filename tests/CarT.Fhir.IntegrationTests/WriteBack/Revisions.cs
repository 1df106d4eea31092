using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>Revisions of one patient as the protocol service publishes them.</summary>
internal static class Revisions
{
    public static readonly PatientKey Patient = new("ward-patients", "p1");
    public static readonly DateOnly Infusion = new(2026, 3, 1);

    public static AssessmentChanged Of(long revision, params AssessedFlag[] flags) => new()
    {
        Patient = Patient,
        Revision = revision,
        Assessment = Assessment(flags),
        Withdrawn = [],
        EvidenceVersions = new Dictionary<string, string> { ["Observation/plt-1"] = "3" },
        FlagOrdinals = [.. flags.Select((flag, i) => flags.Take(i).Count(before => before.Code == flag.Code) + 1)],
        ReceivedAt = TimeProvider.System.GetUtcNow(),
    };

    public static AssessedFlag Flag(string code, string text = "Platelets 9,000 /uL on 2026-03-25.", string since = "2026-03-25", string? until = null) => new()
    {
        Code = code,
        Status = until is null ? FlagStatuses.Active : FlagStatuses.Inactive,
        Episode = 1,
        Since = DateOnly.Parse(since),
        Until = until is null ? null : DateOnly.Parse(until),
        Evidence = ["Observation/plt-1", "Observation/plt-2"],
        Text = text,
    };

    public static AssessmentChanged Of(this AssessmentChanged message, PatientKey patient) =>
        message with { Patient = patient, Assessment = message.Assessment with { Patient = patient.Reference } };

    public static AssessmentChanged Withdrawing(this AssessmentChanged message, AssessedFlag flag, string status) =>
        message with { Withdrawn = [.. message.Withdrawn, new WithdrawnFlag(flag.Code, flag.Episode, 1, status, flag.Since, flag.Until, "Withdrawn: a result was corrected.")] };

    public static AssessmentChanged Proposing(this AssessmentChanged message, params string[] activities) =>
        message with { Assessment = message.Assessment with { CarePlan = new ProposedCarePlan([.. activities.Order(StringComparer.Ordinal).Select(Activity)]) } };

    public static AssessmentChanged InEpisode(this AssessmentChanged message, int? number) => message with
    {
        Assessment = message.Assessment with
        {
            Episode = number is { } n ? new EpisodeSummary(n, "tisagenlecleucel", Infusion.AddDays(100 * (n - 1)), 24) : null,
            State = number is null ? States.NoInfusion : message.Assessment.State,
        },
    };

    private static ProposedActivity Activity(string code) => new()
    {
        Code = code,
        Kind = ActivityKinds.Task,
        Status = "not-started",
        Text = "Proposed because platelets are low.",
        Dose = null,
        Evidence = ["Observation/plt-1"],
    };

    private static Assessment Assessment(AssessedFlag[] flags)
    {
        var lineage = new LineageSummary
        {
            Status = LineageStatuses.Low,
            LowAtBaseline = true,
            ResolvedOn = null,
            ConfirmedOn = null,
            DaysFromTpoRaStart = null,
            Latest = null,
            Evidence = [],
        };
        var transfusions = new TransfusionSummary(null, null, null);
        return new Assessment
        {
            Patient = Patient.Reference,
            AsOf = new DateTimeOffset(2026, 3, 25, 8, 30, 0, TimeSpan.Zero),
            Protocol = new ProtocolIdentity("beyar-katz-2022", "1.0.0", "sha256:0a"),
            Episode = new EpisodeSummary(1, "tisagenlecleucel", Infusion, 24),
            State = States.SeverePersistentCytopenia,
            Reasons = [],
            Notes = [],
            Lineages = new LineageSummaries(lineage, lineage, lineage),
            Transfusions = new TransfusionSummaries(transfusions, transfusions),
            Therapy = new TherapySummary { StartedOn = null, StartDay = null, StoppedOn = null, Agents = [], Notes = [] },
            Response = new ResponseSummary(false, null, null, false, null),
            Grades = Grades.None,
            Flags = flags,
            CarePlan = new ProposedCarePlan([]),
            DataQuality = [],
            NextReviewAt = new DateTimeOffset(2026, 3, 26, 0, 0, 0, TimeSpan.Zero),
        };
    }
}
