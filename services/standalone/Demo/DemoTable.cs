using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.Simulator.Courses;
using Hl7.Fhir.Model;
using Spectre.Console;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>What stands in the EHR after the replay, read back from it over FHIR: nothing here comes from the services' own stores.</summary>
internal static class DemoTable
{
    private const string Severe = "severe-persistent-cytopenia";
    private const string Response = "tpo-ra-response";
    private const string Complete = "complete-resolution";

    public static async System.Threading.Tasks.Task WriteAsync(string ehrBase, DemoSettings settings, CancellationToken cancel)
    {
        using var client = new FhirClient(new Uri(ehrBase), null, TimeProvider.System);
        var patients = await AllAsync<Patient>(client, "Patient?_count=500", cancel);
        var flags = await AllAsync<Flag>(client, "Flag?_count=500", cancel);
        var plans = (await AllAsync<CarePlan>(client, "CarePlan?_count=500", cancel)).ToLookup(plan => Subject(plan.Subject), StringComparer.Ordinal);
        TableOutput.Write(ByCode(flags));
        TableOutput.Write(SevereCourses(flags, plans));
        var severe = Patients(flags, Severe);
        var expected = SyntheticCohort.ExpectedTreated.Take(settings.Patients).Select(course => "Patient/" + course.PatientId).ToHashSet(StringComparer.Ordinal);
        Console.WriteLine($"{patients.Count} patients, {severe.Count} with {Severe}, {Patients(flags, Response).Count} with {Response}, {Patients(flags, Complete).Count} with {Complete}.");
        if (!severe.SetEquals(expected)) Console.WriteLine("The cohort was made with other patients in mind: what was found differs from what was put in.");
    }

    private static Table ByCode(IReadOnlyList<Flag> flags)
    {
        var table = TableOutput.Titled("Flags in the EHR", "flag", "patients", "active now", "over", "withdrawn");
        foreach (var group in flags.GroupBy(Code, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            table.AddRow(
                group.Key, Number(group.Select(flag => Subject(flag.Subject)).Distinct().Count()), Number(group.Count(flag => flag.Status == Flag.FlagStatus.Active)),
                Number(group.Count(flag => flag.Status == Flag.FlagStatus.Inactive)), Number(group.Count(flag => flag.Status == Flag.FlagStatus.EnteredInError)));
        }
        return table;
    }

    private static Table SevereCourses(IReadOnlyList<Flag> flags, ILookup<string, CarePlan> plans)
    {
        var table = TableOutput.Titled("Patients with severe persistent cytopenia", "patient", "severe", "response", "complete resolution", "proposals that stand now");
        foreach (var patient in Patients(flags, Severe).Order(StringComparer.Ordinal))
        {
            var own = flags.Where(flag => Subject(flag.Subject) == patient).ToList();
            table.AddRow(
                patient, Periods(own, Severe), Periods(own, Response), Periods(own, Complete),
                string.Join('\n', plans[patient].SelectMany(plan => plan.Activity).Where(IsOpen).Select(activity => Code(activity.Detail?.Code))));
        }
        return table;
    }

    private static bool IsOpen(CarePlan.ActivityComponent activity) => activity.Detail?.Status == CarePlan.CarePlanActivityStatus.NotStarted;

    private static string Periods(IEnumerable<Flag> flags, string code) => string.Join(
        '\n', flags.Where(flag => Code(flag) == code && flag.Status != Flag.FlagStatus.EnteredInError).OrderBy(flag => flag.Period?.Start, StringComparer.Ordinal)
            .Select(flag => $"{flag.Period?.Start} to {flag.Period?.End ?? "now"}"));

    private static HashSet<string> Patients(IEnumerable<Flag> flags, string code) =>
        flags.Where(flag => Code(flag) == code && flag.Status != Flag.FlagStatus.EnteredInError).Select(flag => Subject(flag.Subject)).ToHashSet(StringComparer.Ordinal);

    private static string Code(Flag flag) => Code(flag.Code);

    private static string Code(CodeableConcept? concept) => concept?.Coding.FirstOrDefault()?.Code ?? "";

    private static string Subject(ResourceReference? subject) => subject?.Reference ?? "";

    private static string Number(int count) => count.ToString();

    private static async System.Threading.Tasks.Task<IReadOnlyList<T>> AllAsync<T>(FhirClient client, string search, CancellationToken cancel)
        where T : Resource
    {
        var found = new List<T>();
        await foreach (var page in client.SearchAsync(search, cancel))
        {
            if (page.Verdict != FhirVerdict.Done || FhirJson.Read(page.Body).Resource is not Bundle bundle) throw new InvalidOperationException($"The EHR did not answer the search {search}");
            found.AddRange(bundle.Entry.Select(entry => entry.Resource).OfType<T>());
        }
        return found;
    }
}
