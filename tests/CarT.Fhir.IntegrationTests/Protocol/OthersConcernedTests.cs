using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>A message concerns patients that it does not name: they are assessed on their own, soon after, and hold nobody up.</summary>
public sealed class OthersConcernedTests : IDisposable
{
    private readonly TempFolder store = new();
    private readonly WardClock clock = new(Sent.Infusion.AddDays(30));

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task A_patient_who_cannot_be_assessed_keeps_nobody_from_a_retraction_that_concerns_both()
    {
        await using (var host = await ProtocolHost.StartAsync(store, clock))
        {
            await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000)));
            await host.ApplyAsync(Sent.Message(Sent.P2, Sent.CarT(Sent.P2), Sent.Platelets(Sent.P2, "b", 22, 12_000)));
            await host.UntilAsync(
                async () => await host.QueryAsync<long>("SELECT SUM(gateway_done_revision + writeback_done_revision) FROM patients") == 4, "receipts");
            await host.QueryAsync<long>("UPDATE published SET message = '{}' WHERE id = 'p1'");
        }

        await using var next = await ProtocolHost.StartAsync(store, clock);
        await next.ApplyAsync(Sent.Message(null, Sent.Retracted("a", version: 2), Sent.Retracted("b", version: 2)));

        Assert.Null((await next.RevisionAsync(Sent.P2, 2)).Assessment.Lineages.Platelets.Latest);
        Assert.Equal(2, await next.QueryAsync<long>("SELECT SUM(retracted) FROM resources"));
    }

    [Fact]
    public async Task What_follows_for_the_patient_whom_a_result_left_says_when_the_message_was_received()
    {
        var received = new DateTimeOffset(2026, 3, 26, 9, 0, 0, TimeSpan.Zero);
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000)));

        await host.ApplyAsync(Sent.Message(Sent.P2, Sent.Platelets(Sent.P2, "a", 22, 12_000, version: 2)) with
        {
            ReceivedAt = received,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        });

        var left = await host.RevisionAsync(Sent.P1, 2);
        Assert.Equal(received, left.ReceivedAt);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", left.TraceParent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P11_6_A_result_that_leaves_a_retired_patient_leaves_the_survivor()
    {
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000), Sent.Person(Sent.P1, 1, replacedBy: "p2")));
        await host.UntilAsync(() => Latest(host, Sent.P2) == 12_000, "the survivor has the count");

        await host.ApplyAsync(Sent.Message(Sent.P3, Sent.Platelets(Sent.P3, "a", 22, 12_000, version: 2)));

        await host.UntilAsync(() => Latest(host, Sent.P2) is null, "the survivor is without the count");
    }

    [Fact]
    public async Task P11_6_When_the_retired_patient_resource_is_deleted_its_facts_come_back_to_it()
    {
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000), Sent.Person(Sent.P1, 1, replacedBy: "p2")));
        await host.UntilAsync(() => Latest(host, Sent.P2) == 12_000, "the survivor has the count");

        await host.ApplyAsync(Sent.Message(null, Sent.RetractedPerson(Sent.P1, version: 2)));

        await host.UntilAsync(() => Latest(host, Sent.P1) == 12_000 && Latest(host, Sent.P2) is null, "each has what names it");
    }

    [Fact]
    public async Task P11_6_When_a_merge_is_undone_the_survivor_no_longer_waits_for_the_history_of_the_other()
    {
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Person(Sent.P1, 1, replacedBy: "p2")) with
        {
            Backfills = [new BackfillProgress("main", 1, Done: false)],
        });
        await host.UntilAsync(
            async () => await host.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE id = 'p2' AND held_until_ticks > 0") == 1,
            "the survivor is held back");

        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Person(Sent.P1, 2, replacedBy: null)));

        Assert.Equal(States.NoInfusion, (await host.RevisionAsync(Sent.P2, 1)).Assessment.State);
    }

    [Fact]
    public async Task P11_6_When_a_merge_closes_a_circle_everybody_in_it_and_merged_into_it_gets_the_own_facts_back()
    {
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000), Sent.Person(Sent.P1, 1, replacedBy: "p2")));
        await host.ApplyAsync(Sent.Message(Sent.P3, Sent.CarT(Sent.P3), Sent.Platelets(Sent.P3, "c", 23, 33_000), Sent.Person(Sent.P3, 1, replacedBy: "p2")));
        await host.UntilAsync(() => Latest(host, Sent.P2) == 33_000, "the survivor has the counts of both");

        await host.ApplyAsync(Sent.Message(Sent.P2, Sent.Person(Sent.P2, 1, replacedBy: "p1")));

        await host.UntilAsync(() => (Latest(host, Sent.P1), Latest(host, Sent.P2), Latest(host, Sent.P3)) == (12_000, null, 33_000), "each has what names it");
    }

    [Fact]
    public async Task P11_6_A_survivor_held_back_by_the_history_of_another_is_free_when_their_merge_becomes_a_circle()
    {
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Person(Sent.P1, 1, replacedBy: "p2")) with
        {
            Backfills = [new BackfillProgress("main", 1, Done: false)],
        });
        await host.ApplyAsync(Sent.Message(Sent.P3, Sent.Person(Sent.P3, 1, replacedBy: "p1")));
        await host.UntilAsync(
            async () => await host.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE id = 'p2' AND held_until_ticks > 0") == 1, "the survivor is held back");

        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Person(Sent.P1, 2, replacedBy: "p3")));

        Assert.Equal(States.NoInfusion, (await host.RevisionAsync(Sent.P2, 1)).Assessment.State);
        await host.UntilAsync(
            async () => await host.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE id = 'p1' AND held_until_ticks > 0") == 1, "the other has its own infusion");
    }

    private static decimal? Latest(ProtocolHost host, PatientKey patient) =>
        host.Heard.Changed.LastOrDefault(change => change.Patient == patient)?.Assessment.Lineages.Platelets.Latest?.Value;
}
