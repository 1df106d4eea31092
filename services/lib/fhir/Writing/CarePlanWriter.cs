using System.Globalization;
using CarT.Fhir.Contracts;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>The proposals of an assessment as one CarePlan per episode. Nothing is ordered: intent is proposal, activities are not started (P11.5).</summary>
public static class CarePlanWriter
{
    private const string Title = "Post CAR-T cytopenia protocol";

    // R4 allows only these as reason of an activity; other evidence (doses, transfusions) is supporting information.
    private static readonly string[] ReasonTypes = ["Observation/", "Condition/", "DiagnosticReport/", "DocumentReference/"];

    /// <summary>The plan of the current episode; null without one.</summary>
    public static CarePlan? Write(Assessment assessment, WriteContext context)
    {
        if (assessment.Episode is not { } episode) return null;
        var systems = context.Identifiers;
        var activities = assessment.CarePlan.Activities;
        return new CarePlan
        {
            Meta = context.Meta,
            Text = Narratives.Of(Sentence(activities)),
            Identifier = [new Identifier(systems.CarePlan, BusinessIdentifiers.CarePlan(context.Patient, episode.Number))],
            InstantiatesCanonical = [systems.PlanDefinition(assessment.Protocol.Id, assessment.Protocol.Version)],
            Status = StatusOf(assessment),
            Intent = CarePlan.CarePlanIntent.Proposal,
            Category = [new CodeableConcept { Coding = [new Coding(systems.CarePlanCategory, "post-cart-cytopenia")], Text = Title }],
            Title = Title,
            Subject = context.Subject,
            Period = new Period { Start = episode.InfusedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) },
            CreatedElement = new FhirDateTime(context.At),
            Author = context.Author,
            SupportingInfo = [.. activities.SelectMany(activity => activity.Evidence).Distinct(StringComparer.Ordinal)
                .Select(evidence => new ResourceReference(evidence))],
            Activity = [.. activities.Select(activity => ActivityOf(activity, systems))],
        };
    }

    /// <summary>
    /// A closed episode has run its course: completed. After death the plan was ended before its course: revoked (an assessment has no next
    /// review only then).
    /// </summary>
    private static RequestStatus StatusOf(Assessment assessment) =>
        assessment.State != States.Closed ? RequestStatus.Active
        : assessment.NextReviewAt is null ? RequestStatus.Revoked
        : RequestStatus.Completed;

    private static string Sentence(IReadOnlyList<ProposedActivity> activities) => activities.Count == 0
        ? "The post CAR-T cytopenia protocol proposes nothing at present."
        : $"Proposals of the post CAR-T cytopenia protocol, for review: {string.Join("; ", activities.Select(Item))}. No order was placed.";

    private static string Item(ProposedActivity activity) => activity.Dose is { } dose
        ? string.Create(CultureInfo.InvariantCulture, $"{ActivityTexts.Title(activity.Code)} ({dose.Value} {dose.Unit})")
        : ActivityTexts.Title(activity.Code);

    private static CarePlan.ActivityComponent ActivityOf(ProposedActivity activity, IdentifierSystems systems) => new()
    {
        Detail = new CarePlan.DetailComponent
        {
            Kind = KindOf(activity.Kind),
            Code = new CodeableConcept { Coding = [new Coding(systems.Activity, activity.Code)], Text = ActivityTexts.Title(activity.Code) },
            Status = CarePlan.CarePlanActivityStatus.NotStarted,
            ReasonReference = [.. activity.Evidence.Where(MayBeReason).Select(evidence => new ResourceReference(evidence))],
            Product = ActivityTexts.Product(activity),
            DailyAmount = ActivityTexts.DailyAmount(activity),
            Description = activity.Text,
        },
    };

    private static bool MayBeReason(string evidence) => ReasonTypes.Any(type => evidence.StartsWith(type, StringComparison.Ordinal));

    private static CarePlan.CarePlanActivityKind KindOf(string kind) => kind switch
    {
        ActivityKinds.Task => CarePlan.CarePlanActivityKind.Task,
        ActivityKinds.ServiceRequest => CarePlan.CarePlanActivityKind.ServiceRequest,
        ActivityKinds.MedicationRequest => CarePlan.CarePlanActivityKind.MedicationRequest,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), "Not a kind of activity."),
    };
}
