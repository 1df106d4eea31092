using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Writing;

namespace CarT.Fhir.UnitTests.R4;

/// <summary>An assessment of a patient with severe cytopenia, from which resources are written.</summary>
internal static class Wanted
{
    internal static WriteContext Context { get; } = new()
    {
        Patient = new PatientKey("main", "p1"),
        At = DateTimeOffset.Parse("2026-03-25T09:30:00+01:00"),
    };

    internal static AssessedFlag Flag { get; } = new()
    {
        Code = FlagCodes.SeverePersistentCytopenia,
        Status = FlagStatuses.Active,
        Episode = 1,
        Since = new DateOnly(2026, 3, 25),
        Until = null,
        Evidence = ["Observation/anc-9001", "Observation/plt-9002"],
        Text = "ANC 300 /uL on 2026-03-23 and 280 /uL on 2026-03-25; platelets <= 20,000 & falling.",
    };

    internal static Assessment Assessment { get; } = Of(["anc", "platelets"],
        Activity(ActivityCodes.HaematologistReview, ActivityKinds.Task, null, "Observation/anc-9001"),
        Activity(ActivityCodes.LiverPanel, ActivityKinds.ServiceRequest, null),
        Activity(ActivityCodes.ConsiderEltrombopag, ActivityKinds.MedicationRequest, new Dose(50m, "mg"), "Observation/anc-9001", "Observation/plt-9002", "MedicationAdministration/m1"));

    internal static ProposedActivity Activity(string code, string kind, Dose? dose, params string[] evidence) => new()
    {
        Code = code,
        Kind = kind,
        Status = "not-started",
        Text = $"Text of {code}. Proposal only: needs a prescriber's order.",
        Dose = dose,
        Evidence = evidence,
    };

    internal static Assessment Of(string[] low, params ProposedActivity[] activities)
    {
        LineageSummary Lineage(string name) => new()
        {
            Status = low.Contains(name) ? LineageStatuses.Low : LineageStatuses.Adequate,
            LowAtBaseline = null,
            ResolvedOn = null,
            ConfirmedOn = null,
            DaysFromTpoRaStart = null,
            Latest = null,
            Evidence = [],
        };
        return new Assessment
        {
            Patient = "Patient/p1",
            AsOf = DateTimeOffset.Parse("2026-03-25T08:30:00Z"),
            Protocol = new ProtocolIdentity("beyar-katz-2022", "1.0.0", "sha256:ab12"),
            Episode = new EpisodeSummary(1, "tisagenlecleucel", new DateOnly(2026, 3, 1), 24),
            State = States.SeverePersistentCytopenia,
            Reasons = [],
            Notes = [],
            Lineages = new LineageSummaries(Lineage("anc"), Lineage("platelets"), Lineage("hemoglobin")),
            Transfusions = new TransfusionSummaries(new(null, null, null), new(null, null, null)),
            Therapy = new TherapySummary { StartedOn = null, StartDay = null, StoppedOn = null, Agents = [], Notes = [] },
            Response = new ResponseSummary(false, null, null, false, null),
            Grades = Grades.None,
            Flags = [Flag],
            CarePlan = new ProposedCarePlan(activities),
            DataQuality = [],
            NextReviewAt = DateTimeOffset.Parse("2026-03-25T23:00:00Z"),
        };
    }
}
