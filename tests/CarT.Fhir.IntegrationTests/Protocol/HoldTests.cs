using System.Globalization;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.IntegrationTests.Listener;
using CarT.Fhir.Protocol.FirstSight;
using CarT.Fhir.Protocol.Reviews;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>Nothing is published of a patient whose infusion has just become known before the history is there, and quiet.</summary>
public sealed class HoldTests : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(20);
    private static readonly FirstSightOptions Options = new() { Quiet = Quiet, LongestWait = LongestWait };
    private static readonly BackfillProgress Started = new("main", 7, Done: false);
    private static readonly BackfillProgress Done = new("main", 7, Done: true);

    private readonly TempFolder store = new();
    private readonly WardClock clock = new(Sent.Infusion.AddDays(24));
    private readonly ShiftedTime machine = new();

    [Fact]
    public async Task Half_of_the_history_makes_no_revision_and_all_of_it_makes_one()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.CarT(Sent.P1)));
        await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.Platelets(Sent.P1, "a", 21, 12_000), Sent.Platelets(Sent.P1, "b", 23, 11_000)));
        await AfterAReviewAsync(host);
        Assert.Equal(0, host.Heard.Newest(Sent.P1));

        await host.ApplyAsync(Facts(Sent.P1, [Done]));
        machine.Advance(Quiet);
        var revision = await host.RevisionAsync(Sent.P1, 1);

        Assert.Contains(revision.Assessment.Flags, flag => flag.Code == FlagCodes.SeverePersistentCytopenia);
        Assert.Equal(0, await host.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE due_reason IS NOT NULL OR held_until_ticks IS NOT NULL"));
    }

    [Fact]
    public async Task After_the_history_a_further_fact_puts_the_first_revision_off()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.CarT(Sent.P1)));
        await host.ApplyAsync(Facts(Sent.P1, [Done]));
        machine.Advance(Quiet * 0.8);
        await host.ApplyAsync(Facts(Sent.P1, [Done], Sent.Platelets(Sent.P1, "a", 21, 12_000)));
        machine.Advance(Quiet * 0.8);
        await AfterAReviewAsync(host);
        Assert.Equal(0, host.Heard.Newest(Sent.P1));

        machine.Advance(Quiet * 0.4);
        await host.RevisionAsync(Sent.P1, 1);
    }

    [Fact]
    public async Task Messages_that_come_again_or_out_of_order_hold_nobody_back_who_is_free()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P1, [Done]));
        await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.CarT(Sent.P1)));
        machine.Advance(Quiet);
        await host.RevisionAsync(Sent.P1, 1);

        await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.Platelets(Sent.P1, "a", 21, 12_000)));
        await host.RevisionAsync(Sent.P1, 2);
    }

    [Fact]
    public async Task The_histories_of_two_sources_are_both_waited_for()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P1, [Started, Started with { Source = "lab" }], Sent.CarT(Sent.P1)));
        await host.ApplyAsync(Facts(Sent.P1, [Done, Started with { Source = "lab" }]));
        machine.Advance(Quiet * 20);
        await AfterAReviewAsync(host);
        Assert.Equal(0, host.Heard.Newest(Sent.P1));

        await host.ApplyAsync(Facts(Sent.P1, [Done with { Source = "lab" }]));
        machine.Advance(Quiet);
        await host.RevisionAsync(Sent.P1, 1);
    }

    [Fact]
    public async Task A_patient_under_watch_does_not_wait_for_a_history_that_is_asked_for_later()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P1, [], Sent.CarT(Sent.P1)));
        await host.RevisionAsync(Sent.P1, 1);

        await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.Platelets(Sent.P1, "a", 21, 12_000)));

        await host.RevisionAsync(Sent.P1, 2);
    }

    [Fact]
    public async Task A_patient_without_infusion_is_published_and_is_held_back_when_the_infusion_comes()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P1, [], Sent.Platelets(Sent.P1, "a", 21, 12_000)));
        Assert.Equal(States.NoInfusion, (await host.RevisionAsync(Sent.P1, 1)).Assessment.State);

        await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.CarT(Sent.P1)));
        await AfterAReviewAsync(host);

        Assert.Equal(1, host.Heard.Newest(Sent.P1));
    }

    [Fact]
    public async Task P11_6_The_history_of_a_merged_patient_holds_the_survivor_back()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P2, [Started], Sent.CarT(Sent.P2), Sent.Person(Sent.P2, 1, Sent.P1.Id)));
        machine.Advance(Quiet * 20);
        await AfterAReviewAsync(host);
        Assert.Equal(0, host.Heard.Newest(Sent.P1));

        await host.ApplyAsync(Facts(Sent.P2, [Done]));
        machine.Advance(Quiet);

        Assert.NotNull((await host.RevisionAsync(Sent.P1, 1)).Assessment.Episode);
    }

    [Fact]
    public async Task What_is_held_back_is_held_back_after_a_restart_too()
    {
        await using (var host = await StartAsync()) await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.CarT(Sent.P1)));
        await using var restarted = await StartAsync();
        await AfterAReviewAsync(restarted);
        Assert.Equal(0, restarted.Heard.Newest(Sent.P1));

        await restarted.ApplyAsync(Facts(Sent.P1, [Done]));
        machine.Advance(Quiet);
        await restarted.RevisionAsync(Sent.P1, 1);
    }

    [Fact]
    public async Task A_history_that_never_comes_is_not_waited_for_longer_than_the_longest_wait()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P1, [Started, Started with { Source = "gone" }], Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 21, 12_000)));
        machine.Advance(LongestWait * 0.6);
        // Neither what comes meanwhile nor an earlier infusion that asks again makes it longer.
        await host.ApplyAsync(Facts(Sent.P1, [Started with { Number = 8 }], Sent.Platelets(Sent.P1, "b", 23, 11_000)));
        await AfterAReviewAsync(host);
        Assert.Equal(0, host.Heard.Newest(Sent.P1));

        machine.Advance(LongestWait * 0.5);
        var revision = await host.RevisionAsync(Sent.P1, 1);

        Assert.Contains(revision.Assessment.Flags, flag => flag.Code == FlagCodes.SeverePersistentCytopenia);
        await host.ApplyAsync(Facts(Sent.P1, [Started with { Number = 8 }], Sent.Platelets(Sent.P1, "c", 24, 180_000)));
        await host.RevisionAsync(Sent.P1, 2);
    }

    [Fact]
    public async Task A_store_that_has_lost_the_news_of_the_history_frees_the_patient_by_itself()
    {
        // As it stands in a backup that was made meanwhile: the listener has its receipt, and says it only with the patient's next fact.
        await using (var host = await StartAsync()) await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.CarT(Sent.P1)));
        await using var restored = await StartAsync();
        await AfterAReviewAsync(restored);
        Assert.Equal(0, restored.Heard.Newest(Sent.P1));

        machine.Advance(LongestWait);

        Assert.NotNull((await restored.RevisionAsync(Sent.P1, 1)).Assessment.Episode);
    }

    [Fact]
    public async Task An_operator_who_names_the_patient_ends_the_wait_and_one_who_asks_for_all_does_not()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.CarT(Sent.P1)));

        await host.Get<OperatorReassessment>().RequestAsync(patient: null, CancellationToken.None);
        await AfterAReviewAsync(host);
        Assert.Equal(0, host.Heard.Newest(Sent.P1));

        await host.Get<OperatorReassessment>().RequestAsync(Sent.P1, CancellationToken.None);
        Assert.NotNull((await host.RevisionAsync(Sent.P1, 1)).Assessment.Episode);
        Assert.Equal(0, await host.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE held_until_ticks IS NOT NULL OR held_since_ticks IS NOT NULL"));
    }

    [Fact]
    public async Task A_patient_held_back_without_bound_by_an_earlier_version_is_held_back_with_one()
    {
        await using (var host = await StartAsync())
        {
            await host.ApplyAsync(Facts(Sent.P1, [Started], Sent.CarT(Sent.P1)));
            await host.QueryAsync<long>("UPDATE patients SET held_until_ticks = @Max, held_since_ticks = NULL", new { Max = long.MaxValue });
        }
        await using var next = await StartAsync();
        await AfterAReviewAsync(next);
        machine.Advance(LongestWait);

        await next.RevisionAsync(Sent.P1, 1);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1926-03-01T10:00:00Z")]
    public async Task P1_3_An_infusion_of_a_mistyped_date_is_assessed_as_it_stands(string infusedAt)
    {
        await using var host = await StartAsync();
        var infusion = Sent.CarT(Sent.P1);
        infusion = infusion with { Infusions = [infusion.Infusions[0] with { Time = ClinicalTime.At(DateTimeOffset.Parse(infusedAt, CultureInfo.InvariantCulture)) }] };

        await host.ApplyAsync(Facts(Sent.P1, [], infusion, Sent.Platelets(Sent.P1, "a", 21, 12_000)));

        Assert.NotNull((await host.RevisionAsync(Sent.P1, 1)).Assessment.Episode);
    }

    [Fact]
    public void A_stream_of_results_puts_the_first_revision_off_for_twelve_quiet_periods_and_no_longer()
    {
        var ended = new Backfill(7, 7, EndedTicks: TimeSpan.TicksPerDay);
        var last = ended.EndedTicks + (Quiet * 12).Ticks;

        Assert.Equal(last, Hold.Until([ended], lastFact: last - 1, since: last - 1, now: last - 1, Options));
        Assert.Null(Hold.Until([ended], lastFact: last, since: last, now: last, Options));
        Assert.Null(Hold.Until([], lastFact: last, since: last, now: last, Options));
    }

    [Fact]
    public void A_clock_that_was_set_back_holds_nobody_back_for_the_difference()
    {
        var (open, ended) = (new Backfill(7, 0, EndedTicks: 0), new Backfill(7, 7, EndedTicks: TimeSpan.TicksPerDay));
        var now = ended.EndedTicks - TimeSpan.TicksPerHour;

        Assert.Null(Hold.Until([ended], ended.EndedTicks, since: now, now, Options));
        Assert.Equal(now + LongestWait.Ticks, Hold.Until([open], lastFact: 0, since: ended.EndedTicks, now, Options));
    }

    public void Dispose() => store.Dispose();

    private static FactsRecorded Facts(PatientKey patient, BackfillProgress[] backfills, params ResourceVersion[] resources) =>
        Sent.Message(patient, resources) with { Backfills = backfills };

    /// <summary>A turn of the review timer.</summary>
    private static Task AfterAReviewAsync(ProtocolHost host) => host.Get<ReviewTimer>().ReviewDueAsync(CancellationToken.None);

    private Task<ProtocolHost> StartAsync() => ProtocolHost.StartAsync(
        store, clock, machine: machine, settings: new Dictionary<string, string?>
        {
            ["Cart:FirstSight:Quiet"] = Quiet.ToString(),
            ["Cart:FirstSight:LongestWait"] = LongestWait.ToString(),
        });
}
