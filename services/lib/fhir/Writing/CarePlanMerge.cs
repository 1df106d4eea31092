using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>Result of a merge.</summary>
/// <param name="Plan">What to write; with the id of the existing plan, and its other elements as they stand.</param>
/// <param name="Baseline">What to keep as "last written by us" for the next merge. It also remembers what a clinician removed.</param>
/// <param name="LeftToClinician">Codes of activities that were left as a clinician made them, in ordinal order.</param>
/// <param name="ElementsLeft">Names of elements of the plan that were left so, in ordinal order.</param>
public sealed record CarePlanMergeResult(
    CarePlan Plan, CarePlan Baseline, IReadOnlyList<string> LeftToClinician, IReadOnlyList<string> ElementsLeft);

/// <summary>
/// Joins the proposals that we want with the plan that stands in the charting system, activity by activity (P11.5). What a clinician touched,
/// added or removed stays so; an untouched proposal is renewed, or goes when it is no longer proposed. So it is with the plan's own elements.
/// </summary>
public sealed class CarePlanMerge
{
    // What a renewed plan changes beside its status and activities; all else stays as it was created.
    private static readonly (string Name, Action<CarePlan, CarePlan> Copy)[] Renewed =
    [
        ("instantiatesCanonical", (from, to) => to.InstantiatesCanonical = from.InstantiatesCanonical),
        ("period", (from, to) => to.Period = from.Period),
        ("supportingInfo", (from, to) => to.SupportingInfo = from.SupportingInfo),
        ("text", (from, to) => to.Text = from.Text),
    ];

    private readonly string activitySystem;
    private readonly Dictionary<string, CarePlan.ActivityComponent> standing;
    private readonly Dictionary<string, CarePlan.ActivityComponent> wanted;
    private readonly Dictionary<string, CarePlan.ActivityComponent> written;
    private readonly List<CarePlan.ActivityComponent> ofOthers;

    private CarePlanMerge(CarePlan existing, CarePlan wanted, CarePlan? lastWrittenByUs, IdentifierSystems systems)
    {
        activitySystem = systems.Activity;
        standing = ByCode(existing);
        this.wanted = ByCode(wanted);
        written = lastWrittenByUs is null ? [] : ByCode(lastWrittenByUs);
        ofOthers = [.. existing.Activity.Where(activity => CodeOf(activity) is not { } code || !ReferenceEquals(standing[code], activity))];
    }

    /// <summary>Merges.</summary>
    /// <param name="existing">As read from the charting system just now.</param>
    /// <param name="wanted">From <see cref="CarePlanWriter"/>.</param>
    /// <param name="lastWrittenByUs">The baseline of the last merge, or the plan as created; null when it is not known. Then every activity and
    /// element that differs from what we want counts as a clinician's.</param>
    /// <param name="systems">Our identifier systems.</param>
    public static CarePlanMergeResult Merge(CarePlan existing, CarePlan wanted, CarePlan? lastWrittenByUs, IdentifierSystems systems) =>
        new CarePlanMerge(existing, wanted, lastWrittenByUs, systems).Run(existing, wanted, lastWrittenByUs);

    private CarePlanMergeResult Run(CarePlan existing, CarePlan wantedPlan, CarePlan? lastWritten)
    {
        var codes = standing.Keys.Concat(wanted.Keys).Concat(written.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var left = codes.Where(IsClinicians).ToList();
        var plan = Copy(existing);
        var edited = Renewed.Where(element => !AreSame(Only(existing, element.Copy), Only(lastWritten ?? wantedPlan, element.Copy))).ToList();
        foreach (var (_, copy) in Renewed.Except(edited)) copy(wantedPlan, plan);
        if (Status(existing) == (lastWritten is null ? "active" : Status(lastWritten))) plan.Status = wantedPlan.Status;
        plan.Activity = [.. Choose(codes, left, standing), .. ofOthers];
        var baseline = Copy(wantedPlan);
        // What a clinician took over stays known as we had written it, so that it goes on being seen as different.
        baseline.Activity = [.. Choose(codes, left, written)];
        return new CarePlanMergeResult(plan, baseline, left, [.. edited.Select(element => element.Name)]);
    }

    /// <summary>Standing, and not as we wrote it; or written by us, still proposed, and gone.</summary>
    private bool IsClinicians(string code)
    {
        var ours = written.GetValueOrDefault(code);
        if (!standing.TryGetValue(code, out var now)) return ours is not null && wanted.ContainsKey(code);
        if (ours is not null) return !AreSame(now, ours);
        return !wanted.TryGetValue(code, out var proposal) || !AreSame(now, proposal);
    }

    private IEnumerable<CarePlan.ActivityComponent> Choose(List<string> codes, List<string> left, Dictionary<string, CarePlan.ActivityComponent> ofTheLeft) =>
        codes.Select(code => (left.Contains(code, StringComparer.Ordinal) ? ofTheLeft : wanted).GetValueOrDefault(code)).OfType<CarePlan.ActivityComponent>();

    private Dictionary<string, CarePlan.ActivityComponent> ByCode(CarePlan plan)
    {
        var activities = new Dictionary<string, CarePlan.ActivityComponent>(StringComparer.Ordinal);
        foreach (var activity in plan.Activity)
        {
            if (CodeOf(activity) is { } code) activities.TryAdd(code, activity);
        }
        return activities;
    }

    private string? CodeOf(CarePlan.ActivityComponent activity) =>
        activity.Detail?.Code?.Coding.FirstOrDefault(coding => coding.System == activitySystem)?.Code;

    private static string? Status(CarePlan plan) => plan.StatusElement?.ObjectValue as string;

    private static bool AreSame(CarePlan.ActivityComponent one, CarePlan.ActivityComponent other) =>
        AreSame(new CarePlan { Activity = [one] }, new CarePlan { Activity = [other] });

    private static bool AreSame(CarePlan one, CarePlan other) => WrittenContent.IsUpToDate(one, other);

    private static CarePlan Only(CarePlan plan, Action<CarePlan, CarePlan> copy)
    {
        var part = new CarePlan();
        copy(plan, part);
        return part;
    }

    private static CarePlan Copy(CarePlan plan) => (CarePlan)FhirJson.Read(FhirJson.Write(plan)).Resource!;
}
