using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CarT.Fhir.Hosting;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Simulator.Courses;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.WriteBack.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>
/// Two wards with the same patients. One hears of every change once and in order; the other over a channel that loses, doubles and shuffles. After one
/// poll both know the same and their EHRs show the same Flags.
/// </summary>
public sealed class BadChannelTests(ITestOutputHelper output)
{
    private const int Seed = 2022;
    private const double Lost = 0.2;
    private const double Doubled = 0.2;
    private const int Senders = 8;

    private static readonly CohortOptions Cohort = new() { Patients = 130, Seed = Seed };

    // The first of them are at day 30 then, and Flags stand; when the last are at day 20, some Flags are over and many have come.
    private static readonly DateTimeOffset Before = new(2026, 2, 11, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset After = Before.AddDays(50);

    [Fact]
    public async Task Ten_thousand_notifications_lost_doubled_and_shuffled_end_where_a_perfect_channel_ends()
    {
        var writes = Chronicle.Of(Cohort).Where(write => write.At < After).ToList();

        var ends = await Task.WhenAll(EndAsync("perfect", writes, Perfectly), EndAsync("bad", writes, Badly));
        var (perfect, bad) = (ends[0], ends[1]);

        Assert.True(perfect.Notices >= 10_000, $"{perfect.Notices} notifications");
        Assert.Equal((0, true), (perfect.Found, bad.Found > 0));
        Assert.Equal(Cohort.Patients, perfect.Assessments.Count);
        Assert.Equal([], perfect.Assessments.Where(each => bad.Assessments[each.Key] != each.Value).Select(each => each.Key));
        Assert.Equal(perfect.Flags, bad.Flags);
        Assert.Contains(perfect.Flags, flag => flag.Status == "inactive");
        output.WriteLine(string.Join(", ", perfect.Flags.CountBy(flag => (flag.Code, flag.Status)).Select(count => $"{count.Value} {count.Key.Code} {count.Key.Status}")));
    }

    private async Task<End> EndAsync(string name, IReadOnlyList<TimedResource> writes, Func<IReadOnlyList<Notice>, IEnumerable<IEnumerable<Notice>>> channel)
    {
        var watch = Stopwatch.StartNew();
        var clock = new ReplayClock(Before);
        await using var hospital = await Hospital.OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "none", Settings(), new ClinicalClock(clock));
        var told = Chronicle.WriteInto(hospital.Ehr, hospital.Base, writes.Where(write => write.At < Before));
        await SendAsync(cart, [Chronicle.AllThatStands(told)]);
        await cart.AtRestAsync(120);
        Passed("what stood before");

        // What an EHR is shown of half-told stories differs with the order of telling (P11.3); it is shown the end.
        await PauseWritingAsync(cart);
        clock.AdvanceTo(After);
        var notices = Chronicle.WriteInto(hospital.Ehr, hospital.Base, writes.Where(write => write.At >= Before));
        await SendAsync(cart, channel(notices));
        Passed($"{notices.Count} notifications, {notices.Count(notice => notice.IsDelete)} of deletes, through the channel");
        await cart.AtRestAsync(120, except: "writeback");
        Passed("worked");

        var found = await PollAsync(cart);
        await cart.AtRestAsync(120, except: "writeback");
        Passed($"polled, {found} found");
        await GoOnWritingAsync(cart);
        await cart.AtRestAsync(120);
        Passed("written back");
        return new End(notices.Count, found, await AssessmentsAsync(hospital, cart), FlagsOf(hospital));

        void Passed(string what)
        {
            output.WriteLine($"{name}, {watch.Elapsed.TotalSeconds:0.0} s: {what}");
            watch.Restart();
        }
    }

    private static Dictionary<string, string?> Settings() => new(StringComparer.Ordinal)
    {
        ["Cart:TimeZone"] = "Europe/Madrid",
        ["Cart:Store:Sync"] = "normal",
        // One poll, when the test says so, and as fast as it goes.
        ["Cart:Sources:main:Poll:Every"] = "01:00:00",
        ["Cart:Sources:main:Poll:DeepEvery"] = "00:00:00",
        ["Cart:Sources:main:Poll:MaxRequestsPerMinute"] = "0",
    };

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

    /// <summary>Everything once; the changes of a patient in their order.</summary>
    private static IEnumerable<IEnumerable<Notice>> Perfectly(IReadOnlyList<Notice> notices) => notices.GroupBy(notice => notice.Patient);

    private static IEnumerable<IEnumerable<Notice>> Badly(IReadOnlyList<Notice> notices)
    {
        var random = new Random(Seed);
        var arriving = notices.Where(_ => random.NextDouble() >= Lost)
            .SelectMany(notice => Enumerable.Repeat(notice, random.NextDouble() < Doubled ? 2 : 1)).ToArray();
        random.Shuffle(arriving);
        return arriving.Chunk((arriving.Length / Senders) + 1);
    }

    private static Task PauseWritingAsync(CartInProcess cart) => cart.Services.GetRequiredService<TargetStore>()
        .PauseAsync("main", TimeProvider.System.GetUtcNow().AddHours(1), "maintenance", TestContext.Current.CancellationToken);

    private static async Task GoOnWritingAsync(CartInProcess cart)
    {
        using var answer = await cart.Http.PostAsync("/admin/targets/main/retry", null, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<long> PollAsync(CartInProcess cart)
    {
        var source = cart.Services.GetRequiredService<SourceTable>().All.Single();
        var poll = await cart.Services.GetRequiredService<WindowPoll>().PollAsync(source, wish: null, TestContext.Current.CancellationToken);
        Assert.Equal(PollOutcome.Complete, poll.Outcome);
        return poll.Found;
    }

    private static async Task<Dictionary<string, string?>> AssessmentsAsync(Hospital hospital, CartInProcess cart)
    {
        var assessments = new Dictionary<string, string?>();
        foreach (var patient in hospital.Ehr.All("Patient").Select(each => Hospital.Text(each["id"])!)) assessments[patient] = await cart.AssessmentAsync(patient);
        return assessments;
    }

    private static List<ShownFlag> FlagsOf(Hospital hospital)
    {
        var all = hospital.Ehr.All("Flag").ToList();
        Assert.Equal(all.Count, all.Select(flag => Hospital.Text(flag["identifier"]![0]!["value"])).Distinct().Count());
        return [.. all.Select(ShownFlag.Of).Where(flag => flag.Status is "active" or "inactive")
            .OrderBy(flag => flag.Subject, StringComparer.Ordinal).ThenBy(flag => flag.Code, StringComparer.Ordinal).ThenBy(flag => flag.Period, StringComparer.Ordinal)];
    }

    /// <summary>Where a ward ends: how many notifications there were, what the poll found, the assessments by patient, the Flags of the EHR.</summary>
    private sealed record End(int Notices, long Found, IReadOnlyDictionary<string, string?> Assessments, IReadOnlyList<ShownFlag> Flags);

    /// <summary>
    /// A Flag as a clinician sees it. Not its identifier: an interval that was told and taken back keeps its number for ever (P11.3), so that the numbers
    /// tell of the way.
    /// </summary>
    private sealed record ShownFlag(string Subject, string Code, string Status, string? Period)
    {
        public static ShownFlag Of(JsonObject flag) => new(
            Hospital.Text(flag["subject"]!["reference"])!, Hospital.Text(flag["code"]!["coding"]![0]!["code"])!, Hospital.Text(flag["status"])!, flag["period"]?.ToJsonString());
    }
}
