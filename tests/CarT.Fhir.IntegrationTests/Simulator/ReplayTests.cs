using CarT.Fhir.Simulator.Courses;
using CarT.Fhir.Simulator.Faults;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

public sealed class ReplayTests
{
    private const string CellCounts = "Observation?code=http://loinc.org|751-8,http://loinc.org|777-3,http://loinc.org|718-7";

    [Fact]
    public async Task A_replay_moves_the_calendar_reports_and_leaves_the_newest_versions_in_the_charting_system()
    {
        var cohort = SyntheticCohort.Generate(new CohortOptions { Patients = 20 });
        var clock = new ReplayClock(cohort[0].At);
        await using var ehr = new SimulatedEhr(clock);
        var caughtUp = 0;
        var reports = new Reports();
        var replay = new CohortReplay(ehr, clock, cohort) { WhenBehind = _ => Task.FromResult(++caughtUp) };
        await replay.RunUntil(cohort[^1].At.AddDays(-100), TestContext.Current.CancellationToken);
        Assert.Equal(cohort[^1].At.AddDays(-100), clock.GetUtcNow());
        Assert.False(replay.IsOver);
        await replay.Run(reports, TestContext.Current.CancellationToken);
        Assert.True(replay.IsOver);
        Assert.InRange(caughtUp, 20, 101);
        Assert.Equal(cohort.Count, reports.Last.Applied);
        Assert.Equal(20, ehr.Count("Patient"));
        var newest = cohort.Where(write => !write.Delete).GroupBy(write => (Type: write.Resource["resourceType"]!.GetValue<string>(), Id: write.Resource["id"]!.GetValue<string>()));
        Assert.All(newest.Where(versions => versions.Count() > 1 && ehr.Read(versions.Key.Type, versions.Key.Id) is not null), versions =>
            Assert.Equal(versions.Last().Resource["status"]!.GetValue<string>(), ehr.Read(versions.Key.Type, versions.Key.Id)!["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_follower_gets_every_version_of_every_count()
    {
        var cohort = SyntheticCohort.Generate(new CohortOptions { Patients = 12 });
        await using var host = await EhrHost.Start();
        await using var receiver = await HookReceiver.Start();
        await host.Post("Subscription", Resources.Subscription(receiver.Url, CellCounts));
        await Replay(host, cohort);
        var expected = host.Ehr.History("Observation").Where(version => !version.IsDeleted && IsCellCount(version.ToJson().ToJsonString())).Select(version => $"{version.Id}/{version.Version}");
        Assert.Equal(expected.Order(), receiver.Received.Select(Version).Order());
    }

    [Fact]
    public async Task Over_an_unreliable_network_versions_arrive_repeated_but_none_is_missing()
    {
        var cohort = SyntheticCohort.Generate(new CohortOptions { Patients = 2 });
        using var carrier = new SocketsHttpHandler();
        using var network = new NotificationFaults(
            seed: 3,
            carrier,
            new NotificationRule(NotificationFault.Broken) { Rate = 0.1 },
            new NotificationRule(NotificationFault.AnswerLost) { Rate = 0.1 },
            new NotificationRule(NotificationFault.Doubled) { Rate = 0.1 },
            new NotificationRule(NotificationFault.Delayed) { Rate = 0.05, LongestDelay = TimeSpan.FromMilliseconds(20) });
        await using var host = await EhrHost.Start(new SimulatedEhrOptions { NotificationHandler = network, RetryAfter = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(1), 12)] });
        await using var receiver = await HookReceiver.Start();
        await host.Post("Subscription", Resources.Subscription(receiver.Url, CellCounts));
        await Replay(host, cohort);
        var versions = receiver.Received.Select(Version).ToList();
        Assert.Equal(host.Ehr.Deliveries.Delivered, versions.Distinct().Count());
        Assert.Equal(0, host.Ehr.Deliveries.Failed);
        Assert.True(versions.Count > versions.Distinct().Count());
    }

    private static Task Replay(EhrHost host, IReadOnlyList<TimedResource> cohort) =>
        new CohortReplay(host.Ehr, host.Clock, cohort) { WhenBehind = host.Ehr.WhenDelivered, Step = TimeSpan.FromDays(7) }.Run(progress: null, TestContext.Current.CancellationToken);

    private static bool IsCellCount(string json) => new[] { "\"751-8\"", "\"777-3\"", "\"718-7\"" }.Any(code => json.Contains(code, StringComparison.Ordinal));

    private static string Version(Received received) => $"{received.Body["id"]!.GetValue<string>()}/{received.Body["meta"]!["versionId"]!.GetValue<string>()}";

    private sealed class Reports : IProgress<ReplayProgress>
    {
        public ReplayProgress Last { get; private set; }

        public void Report(ReplayProgress value) => Last = value;
    }
}
