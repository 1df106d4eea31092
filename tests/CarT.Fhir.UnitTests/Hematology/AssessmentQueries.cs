using CarT.Fhir.Contracts;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What tests ask an assessment.</summary>
internal static class AssessmentQueries
{
    public static AssessedFlag? Flag(this Assessment assessment, string code) => assessment.Flags.LastOrDefault(f => f.Code == code);

    public static bool HasActive(this Assessment assessment, string code) => assessment.Flags.Any(f => f.Code == code && f.Status == FlagStatuses.Active);

    public static ProposedActivity? Activity(this Assessment assessment, string code) => assessment.CarePlan.Activities.SingleOrDefault(a => a.Code == code);

    public static IReadOnlyList<string> Codes(this ProposedCarePlan plan) => [.. plan.Activities.Select(a => a.Code)];
}
