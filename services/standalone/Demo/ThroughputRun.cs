using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>
/// How many results a second this machine takes: patients with severe cytopenia, each with the same number of platelet counts, told to the hook by several
/// senders at once. Measured until all are acknowledged, until all are evaluated, and until the EHR has every Flag and CarePlan that follows.
/// </summary>
internal static class ThroughputRun
{
    private const int Senders = 16;
    private const int ResultsPerPatient = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(DemoHosts demo, int results, CancellationToken cancel)
    {
        var patients = Math.Max(1, results / ResultsPerPatient);
        var infusedAt = demo.Calendar.GetUtcNow().AddDays(-24);
        foreach (var patient in Enumerable.Range(1, patients)) Admit(demo.Ehr, $"load-{patient}", infusedAt);
        await PostAsync(demo, Enumerable.Range(1, patients).SelectMany(patient => new[] { $"Patient/load-{patient}", $"Procedure/load-{patient}-cart" }), cancel);
        await demo.AtRestAsync(cancel);

        var told = Enumerable.Range(0, ResultsPerPatient).SelectMany(number => Enumerable.Range(1, patients).Select(patient => Count(demo.Ehr, $"load-{patient}", number, infusedAt))).ToList();
        var started = TimeProvider.System.GetTimestamp();
        await PostAsync(demo, told, cancel);
        var acknowledged = TimeProvider.System.GetElapsedTime(started);
        while (await demo.BacklogAsync(cancel, "listener", "protocol") > 0) await Task.Delay(Pause, cancel);
        var evaluated = TimeProvider.System.GetElapsedTime(started);
        while (await demo.BacklogAsync(cancel) > 0) await Task.Delay(Pause, cancel);
        var written = TimeProvider.System.GetElapsedTime(started);

        Console.WriteLine($"{told.Count} results of {patients} patients by {Senders} senders on {Environment.ProcessorCount} cores; {demo.Ehr.Count("Flag")} Flags, {demo.Ehr.Count("CarePlan")} CarePlans");
        Tell("acknowledged", acknowledged);
        Tell("evaluated", evaluated);
        Tell("written back", written);

        void Tell(string what, TimeSpan after) => Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{what,-14}{after.TotalSeconds,8:0.0} s {told.Count / after.TotalSeconds,8:0} results/s"));
    }

    private static void Admit(SimulatedEhr ehr, string patient, DateTimeOffset infusedAt)
    {
        ehr.Put(Json($$"""{"resourceType":"Patient","id":"{{patient}}"}"""));
        ehr.Put(Json($$"""
            {"resourceType":"Procedure","id":"{{patient}}-cart","status":"completed","subject":{"reference":"Patient/{{patient}}"},
             "code":{"coding":[{"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"XW033J7"}]},"performedDateTime":"{{Stamp(infusedAt)}}"}
            """));
    }

    /// <summary>A count of 11 or 12, every fourteen hours from the day of the infusion on.</summary>
    private static string Count(SimulatedEhr ehr, string patient, int number, DateTimeOffset infusedAt) => ehr.Put(Json($$"""
        {"resourceType":"Observation","id":"{{patient}}-{{number}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},
         "subject":{"reference":"Patient/{{patient}}"},"effectiveDateTime":"{{Stamp(infusedAt.AddHours(14 * number))}}",
         "valueQuantity":{"value":{{11 + (number % 2)}},"unit":"10*9/L","system":"http://unitsofmeasure.org","code":"10*9/L"} }
        """)).Reference;

    private static Task PostAsync(DemoHosts demo, IEnumerable<string> references, CancellationToken cancel)
    {
        var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(demo.HookUrl) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoSetup.HookSecret);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancel };
        return Parallel.ForEachAsync(references, options, async (reference, token) =>
        {
            var parts = reference.Split('/');
            while (true)
            {
                using var content = new StringContent(demo.Ehr.Read(parts[0], parts[1])!.ToJsonString(), Encoding.UTF8, "application/fhir+json");
                using var answer = await http.PutAsync("/fhir/hook/main/" + reference, content, token);
                if (answer.StatusCode == HttpStatusCode.OK) return;
                // Throttled, or the store is busy: an EHR would come again too.
                await Task.Delay(Pause, token);
            }
        });
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
