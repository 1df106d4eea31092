using System.Reflection;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;
using Revisions = CarT.Fhir.IntegrationTests.WriteBack.Revisions;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>Resources by the product's writers, one for each code that there is.</summary>
internal static class Emitted
{
    private static readonly WriteContext Context = new() { Patient = Revisions.Patient, At = new DateTimeOffset(2026, 3, 25, 9, 30, 0, TimeSpan.FromHours(1)) };

    private static readonly Assessment Assessment = Revisions.Of(1).Assessment;

    /// <summary>Every flag code: active, inactive, withdrawn as over and as wrong.</summary>
    public static IEnumerable<Flag> Flags()
    {
        foreach (var code in Constants(typeof(FlagCodes)))
        {
            var flag = Revisions.Flag(code);
            yield return FlagWriter.Write(flag, 1, Assessment, Context);
            yield return FlagWriter.Write(Revisions.Flag(code, until: "2026-04-10"), 2, Assessment, Context);
            foreach (var status in new[] { FlagStatuses.Inactive, FlagStatuses.EnteredInError })
                yield return FlagWriter.Write(new WithdrawnFlag(code, 1, 1, status, flag.Since, new DateOnly(2026, 4, 10), "Withdrawn: a result was corrected."), Assessment.Protocol, Context);
        }
    }

    /// <summary>Every activity code as every kind, with and without a dose and evidence; and the plan of a course that is over, was ended, or proposes nothing.</summary>
    public static IEnumerable<CarePlan> CarePlans()
    {
        foreach (var code in Constants(typeof(ActivityCodes)))
        {
            yield return Plan(Assessment, Activity(code, ActivityKinds.Task, null));
            yield return Plan(Assessment, Activity(code, ActivityKinds.ServiceRequest, null, "Observation/a", "MedicationAdministration/m"));
            yield return Plan(Assessment, Activity(code, ActivityKinds.MedicationRequest, new Dose(125m, "ug"), "Observation/a"), Activity(code, ActivityKinds.MedicationRequest, new Dose(50.0m, "mg")));
        }
        yield return Plan(Assessment);
        yield return Plan(Assessment with { State = States.Closed });
        yield return Plan(Assessment with { State = States.Closed, NextReviewAt = null });
    }

    public static IEnumerable<Provenance> Provenances() => Enum.GetValues<WriteKind>().Select(kind => ProvenanceWriter.Write(
        ["Flag/f1/_history/1", "CarePlan/c1/_history/1"], kind, ["Observation/a", "Procedure/b"], new Dictionary<string, string> { ["Observation/a"] = "2" },
        Assessment.Protocol, Context, Context.At.AddSeconds(2)));

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static CarePlan Plan(Assessment assessment, params ProposedActivity[] activities) =>
        CarePlanWriter.Write(assessment with { CarePlan = new ProposedCarePlan(activities) }, Context)!;

    private static ProposedActivity Activity(string code, string kind, Dose? dose, params string[] evidence) =>
        new() { Code = code, Kind = kind, Status = "not-started", Text = "Proposed because platelets are <= 20,000 & falling.", Dose = dose, Evidence = evidence };
}
