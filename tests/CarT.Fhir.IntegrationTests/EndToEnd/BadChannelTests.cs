using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CarT.Fhir.Hosting;
using CarT.Fhir.Simulator.Courses;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.WriteBack.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

public sealed class BadChannelTests(ITestOutputHelper output)
{
    private const int Seed = 2022;
    private const double Lost = 0.2;
    private const double Doubled = 0.2;
    private const int Senders = 8;

    private static int E(string name, int standard) => int.Parse(Environment.GetEnvironmentVariable(name) ?? standard.ToString());

    private static readonly CohortOptions Cohort = new() { Patients = E("C_PATIENTS", 93), Seed = Seed, FirstInfusionOn = new DateOnly(2026, 1, 12), InfusionSpreadDays = E("C_SPREAD", 60) };
    private static readonly DateTimeOffset Before = new DateTimeOffset(2026, 1, 12, 12, 0, 0, TimeSpan.Zero).AddDays(E("C_T1", 40));
    private static readonly DateTimeOffset After = Before.AddDays(E("C_T2", 40));

    [Fact]
    public async Task Ten_thousand_notifications_lost_doubled_and_shuffled_end_where_a_perfect_channel_ends()
    {
        var writes = Chronicle.Of(Cohort).Where(write => write.At < After).ToList();
        output.WriteLine($"{writes.Count(w => w.At < Before)} before, {writes.Count(w => w.At >= Before)} after, {writes.Count(w => w.Delete)} deletes");
        if (E("C_COUNT", 0) == 1) return;
        var perfect = await RunAsync("perfect", writes, Perfectly, reconcile: false);
        var bad = await RunAsync("bad", writes, Badly, reconcile: true);

        Assert.Equal(perfect.Assessments.Keys.Order(), bad.Assessments.Keys.Order());
        var different = perfect.Assessments.Where(each => bad.Assessments[each.Key] != each.Value).Select(each => each.Key).ToList();
        Report(perfect, bad);
        Assert.Empty(different);
    }

    private void Report(Outcome perfect, Outcome bad)
    {
        foreach (var status in new[] { "active", "inactive", "entered-in-error" })
        {
            var (a, b) = (perfect.Flags.Where(flag => flag.Contains("|" + status)).ToList(), bad.Flags.Where(flag => flag.Contains("|" + status)).ToList());
            output.WriteLine($"{status}: {a.Count} {b.Count}, only perfect {a.Except(b).Count()}, only bad {b.Except(a).Count()}");
            foreach (var each in a.Except(b).Take(6)) output.WriteLine("   perfect " + each);
            foreach (var each in b.Except(a).Take(6)) output.WriteLine("   bad     " + each);
            foreach (var code in a.CountBy(x => x.Split('|')[1])) output.WriteLine($"      {code}");
        }
    }

    private async Task<Outcome> RunAsync(string name, IReadOnlyList<TimedResource> writes, Func<IReadOnlyList<Notice>, IEnumerable<IEnumerable<Notice>>> channel, bool reconcile)
    {
        await using var hospital = await Hospital.OpenAsync();
        var clock = new ReplayClock(Before);
        await using var cart = await CartInProcess.StartAsync(
            hospital, "none", new Dictionary<string, string?> { ["Cart:Store:Sync"] = "normal", ["Cart:TimeZone"] = "Europe/Madrid" }, new ClinicalClock(clock));
        var watch = Stopwatch.StartNew();

        void Say(string what)
        {
            output.WriteLine($"{name}: {what} {watch.Elapsed}");
            watch.Restart();
        }

        var before = Chronicle.WriteInto(hospital.Ehr, hospital.Base, writes.Where(write => write.At < Before));
        await SendAsync(cart, [Chronicle.AllThatStands(before)]);
        await cart.AtRestAsync(120);
        Say("baseline");

        await cart.Services.GetRequiredService<TargetStore>().PauseAsync("main", TimeProvider.System.GetUtcNow().AddHours(1), "test", TestContext.Current.CancellationToken);
        clock.AdvanceTo(After);
        var notices = Chronicle.WriteInto(hospital.Ehr, hospital.Base, writes.Where(write => write.At >= Before));
        Say($"{notices.Count} notices, {notices.Count(n => n.IsDelete)} deletes");
        await SendAsync(cart, channel(notices));
        Say("sent");
        await cart.AtRestAsync(120, except: "writeback");
        Say("at rest");
        if (reconcile)
        {
            await SendAsync(cart, hospital.Ehr.All("Patient").Concat(hospital.Ehr.All("Procedure")).Concat(hospital.Ehr.All("MedicationAdministration")).Concat(hospital.Ehr.All("Observation"))
                .Select(resource => new Notice("", "", HttpMethod.Put, $"/fhir/hook/main/{Hospital.Text(resource["resourceType"])}/{Hospital.Text(resource["id"])}", resource.ToJsonString())).Chunk(1000));
            await cart.AtRestAsync(120, except: "writeback");
            Say("reconciled");
        }
        using (var answer = await cart.Http.PostAsync("/admin/targets/main/retry", null)) answer.EnsureSuccessStatusCode();
        await cart.AtRestAsync(120);
        Say("written back");
        var assessments = new Dictionary<string, string?>();
        foreach (var patient in hospital.Ehr.All("Patient").Select(each => Hospital.Text(each["id"])!)) assessments[patient] = await cart.AssessmentAsync(patient);
        return new Outcome(assessments, [.. hospital.Ehr.All("Flag").Select(Line)]);
    }

    private static Task SendAsync(CartInProcess cart, IEnumerable<IEnumerable<Notice>> lanes) =>
        Parallel.ForEachAsync(lanes, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (lane, cancel) =>
        {
            foreach (var notice in lane)
            {
                using var request = notice.Request();
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CartProcess.HookSecret);
                using var answer = await cart.Http.SendAsync(request, cancel);
                answer.EnsureSuccessStatusCode();
            }
        });

    private static IEnumerable<IEnumerable<Notice>> Perfectly(IReadOnlyList<Notice> notices) => notices.GroupBy(notice => notice.Patient);

    private static IEnumerable<IEnumerable<Notice>> Badly(IReadOnlyList<Notice> notices)
    {
        var random = new Random(Seed);
        var arriving = notices.Where(notice => notice.IsDelete || random.NextDouble() >= Lost)
            .SelectMany(notice => Enumerable.Repeat(notice, random.NextDouble() < Doubled ? 2 : 1)).ToArray();
        random.Shuffle(arriving);
        return arriving.Chunk((arriving.Length / Senders) + 1);
    }

    private static string Line(JsonObject flag) => string.Join('|',
        Hospital.Text(flag["subject"]!["reference"]), Hospital.Text(flag["code"]!["coding"]![0]!["code"]), Hospital.Text(flag["status"]), flag["period"]?.ToJsonString());

    private sealed record Outcome(Dictionary<string, string?> Assessments, IReadOnlyList<string> Flags);
}
