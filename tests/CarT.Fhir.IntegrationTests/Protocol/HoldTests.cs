using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.IntegrationTests.Listener;
using CarT.Fhir.Protocol.FirstSight;
using CarT.Fhir.Protocol.Reviews;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>Nothing is published of a patient whose infusion has just become known before the history is there, and quiet.</summary>
public sealed class HoldTests : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
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
    public void A_stream_of_results_puts_the_first_revision_off_for_twelve_quiet_periods_and_no_longer()
    {
        var ended = new Backfill(7, 7, EndedTicks: TimeSpan.TicksPerDay);
        var last = ended.EndedTicks + (Quiet * 12).Ticks;

        Assert.Equal(last, Hold.Until([ended], lastFact: last - 1, now: last - 1, Quiet));
        Assert.Null(Hold.Until([ended], lastFact: last, now: last, Quiet));
        Assert.Null(Hold.Until([], lastFact: last, now: last, Quiet));
    }

    [Fact]
    public void A_clock_that_was_set_back_holds_nobody_back_for_the_difference()
    {
        var ended = new Backfill(7, 7, EndedTicks: TimeSpan.TicksPerDay);

        Assert.Null(Hold.Until([ended], ended.EndedTicks, now: ended.EndedTicks - TimeSpan.TicksPerHour, Quiet));
        Assert.False(Hold.IsPlausible(ended.EndedTicks, ended.EndedTicks - TimeSpan.TicksPerHour, Quiet));
    }

    public void Dispose() => store.Dispose();

    private static FactsRecorded Facts(PatientKey patient, BackfillProgress[] backfills, params ResourceVersion[] resources) =>
        Sent.Message(patient, resources) with { Backfills = backfills };

    /// <summary>A turn of the review timer.</summary>
    private static Task AfterAReviewAsync(ProtocolHost host) => host.Get<ReviewTimer>().ReviewDueAsync(CancellationToken.None);

    private Task<ProtocolHost> StartAsync() => ProtocolHost.StartAsync(
        store, clock, machine: machine, settings: new Dictionary<string, string?> { ["Cart:FirstSight:Quiet"] = Quiet.ToString() });
}
