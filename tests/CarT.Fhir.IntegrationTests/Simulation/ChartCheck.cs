using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.R4.Writing;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>Compares the Flags and CarePlans that stand in the EHR with what the newest assessments want there.</summary>
internal sealed class ChartCheck(World world)
{
    private static readonly IdentifierSystems Systems = IdentifierSystems.Default;
    private readonly List<string> faults = [];

    public static IReadOnlyList<string> Of(World world, IReadOnlyDictionary<PatientKey, AssessmentChanged> published)
    {
        var check = new ChartCheck(world);
        check.CheckFlags(published.Values);
        check.CheckPlans(published);
        if (world.Plan.DuplicateCreate == 0) check.CheckHistory();
        return check.faults;
    }

    private void CheckFlags(IEnumerable<AssessmentChanged> published)
    {
        var standing = ByIdentifier("Flag", Systems.Flag);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in published)
        {
            foreach (var (flag, ordinal) in message.Assessment.Flags.Zip(message.FlagOrdinals))
                CheckFlag(message.Patient, flag.Code, flag.Episode, ordinal, flag.Status, mustStand: flag.Status == FlagStatuses.Active);
            foreach (var flag in message.Withdrawn) CheckFlag(message.Patient, flag.Code, flag.Episode, flag.Ordinal, flag.Status, mustStand: false);
        }
        foreach (var stray in standing.Keys.Where(identifier => !known.Contains(identifier))) faults.Add($"a Flag stands that nobody ever wanted: {stray}");
        foreach (var first in world.Ehr.History("Flag").Where(version => version.Version == 1 && Text(version.ToJson()["status"]) != "active"))
            faults.Add($"{first.Reference} was created for an interval that was over");

        void CheckFlag(PatientKey patient, string code, int episode, int ordinal, string status, bool mustStand)
        {
            var identifier = BusinessIdentifiers.Flag(patient, code, episode, ordinal);
            known.Add(identifier);
            var name = $"{patient.Id} {code} {episode}.{ordinal}";
            var all = standing.GetValueOrDefault(identifier) ?? [];
            var valid = all.Where(flag => Text(flag["status"]) != "entered-in-error").ToList();
            if (valid.Count > 1) faults.Add($"{valid.Count} Flags stand for {name}");
            else if (valid.Count == 0)
            {
                if (mustStand) faults.Add($"no Flag stands for {name}");
                else if (all.Count > 0 && status != FlagStatuses.EnteredInError) faults.Add($"the Flag for {name} is entered-in-error and must be {status}");
            }
            else if (world.Touches.Flags.TryGetValue(Text(valid[0]["id"])!, out var touched))
            {
                if (Text(valid[0]["meta"]!["versionId"]) == touched.ToString()) world.Trace.Count("checked: flag left to the clinician");
                else faults.Add($"the Flag for {name} was closed by a clinician in version {touched} and is overwritten");
            }
            else if (Text(valid[0]["status"]) != status) faults.Add($"the Flag for {name} is {Text(valid[0]["status"])} and must be {status}");
            else world.Trace.Count("checked: flag " + status);
        }
    }

    // At no time, not only in the end.
    private void CheckHistory()
    {
        var active = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var version in world.Ehr.History("Flag").Reverse())
        {
            var flag = version.ToJson();
            var identifier = Text(flag["identifier"]![0]!["value"])!;
            var isActive = Text(flag["status"]) == "active";
            if (isActive && active.TryGetValue(identifier, out var other) && other != version.Id) faults.Add($"Flag/{other} and {version.Reference} were active at once");
            if (isActive) active[identifier] = version.Id;
            else if (active.GetValueOrDefault(identifier) == version.Id) active.Remove(identifier);
        }
    }

    private void CheckPlans(IReadOnlyDictionary<PatientKey, AssessmentChanged> published)
    {
        var standing = ByIdentifier("CarePlan", Systems.CarePlan);
        foreach (var message in published.Values.Where(message => message.Assessment.Episode is not null))
        {
            var identifier = BusinessIdentifiers.CarePlan(message.Patient, message.Assessment.Episode!.Number);
            var plans = (standing.GetValueOrDefault(identifier) ?? []).Where(plan => Text(plan["status"]) != "entered-in-error").ToList();
            if (plans.Count > 1) faults.Add($"{plans.Count} CarePlans stand for {message.Patient.Id}");
            else if (plans.Count == 1) CheckActivities(message, plans[0]);
            else if (message.Assessment.CarePlan.Activities.Count > 0) faults.Add($"no CarePlan stands for {message.Patient.Id}");
        }
    }

    private void CheckActivities(AssessmentChanged message, JsonObject plan)
    {
        var wanted = message.Assessment.CarePlan.Activities.Select(activity => activity.Code).ToHashSet(StringComparer.Ordinal);
        var found = (plan["activity"]?.AsArray() ?? []).Select(activity => activity!["detail"]!)
            .ToDictionary(detail => Text(detail["code"]!["coding"]![0]!["code"])!, detail => Text(detail["status"])!);
        foreach (var code in wanted.Union(found.Keys).Order(StringComparer.Ordinal))
        {
            var touched = world.Touches.Activities.GetValueOrDefault(Touches.Key(Text(plan["id"])!, code));
            var status = touched ?? (wanted.Contains(code) ? "not-started" : null);
            if (found.GetValueOrDefault(code) != status)
                faults.Add($"activity {code} of {message.Patient.Id} is {found.GetValueOrDefault(code) ?? "absent"} and must be {status ?? "absent"}");
            else world.Trace.Count(touched is null ? "checked: activity" : "checked: activity left to the clinician");
        }
    }

    private Dictionary<string, List<JsonObject>> ByIdentifier(string type, string system) =>
        world.Ehr.All(type).GroupBy(resource => resource["identifier"]!.AsArray().Where(identifier => Text(identifier!["system"]) == system)
            .Select(identifier => Text(identifier!["value"])!).First()).ToDictionary(group => group.Key, group => group.ToList());

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
