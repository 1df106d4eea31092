using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>What happens without a new fact: midnight, another definition, a crash, a reader that was away.</summary>
public sealed class ReviewTests : IDisposable
{
    private readonly TempFolder store = new();
    private readonly WardClock clock = new(Sent.Infusion.AddDays(20));

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task P11_4_At_midnight_of_day_21_the_state_moves_on_without_a_new_result()
    {
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
        Assert.Equal(States.Observing, (await host.RevisionAsync(Sent.P1, 1)).Assessment.State);

        clock.Turn(new DateTimeOffset(2026, 3, 22, 0, 0, 0, TimeSpan.Zero));

        var revision = await host.RevisionAsync(Sent.P1, 2);
        Assert.Equal(States.Screening, revision.Assessment.State);
        Assert.Null(revision.ReceivedAt);
    }

    [Fact]
    public async Task P11_4_A_midnight_that_changes_nothing_moves_the_review_time_and_publishes_no_revision()
    {
        clock.Turn(Sent.Infusion.AddDays(2));
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));

        clock.Turn(new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero));

        var midnight = new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero).UtcTicks;
        await host.UntilAsync(async () => await host.QueryAsync<long>("SELECT next_review_ticks FROM patients") == midnight, "next midnight");
        Assert.Equal(1, await host.QueryAsync<long>("SELECT revision FROM patients"));
    }

    [Fact]
    public async Task P1_5_An_infusion_dated_minutes_ahead_by_a_fast_clock_is_seen_when_its_time_comes()
    {
        clock.Turn(Sent.Infusion.AddMinutes(-5));
        await using var host = await ProtocolHost.StartAsync(store, clock);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
        var before = (await host.RevisionAsync(Sent.P1, 1)).Assessment;
        Assert.Equal((States.NoInfusion, null), (before.State, before.NextReviewAt));

        clock.Turn(Sent.Infusion);

        Assert.Equal(States.Observing, (await host.RevisionAsync(Sent.P1, 2)).Assessment.State);
    }

    [Theory]
    [InlineData("UPDATE patients SET due_reason = 'operator'")]
    [InlineData("UPDATE patients SET gateway_done_revision = 0")]
    public async Task A_fault_is_logged_without_the_words_of_the_exception_which_may_quote_data(string makeDue)
    {
        await using (var host = await ProtocolHost.StartAsync(store, clock))
        {
            await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
            await host.UntilAsync(async () => await host.QueryAsync<long>("SELECT gateway_done_revision FROM patients") == 1, "receipt");
            await host.QueryAsync<long>("""UPDATE published SET message = replace(message, '"evidenceVersions":{', '"evidenceVersions":{"Erika Mustermann":1,')""");
            await host.QueryAsync<long>(makeDue);
        }

        var logs = new LogBook();
        await using var next = await ProtocolHost.StartAsync(store, clock, logs: logs);
        await next.UntilAsync(() => logs.Lines.Any(line => line.Contains("JsonException", StringComparison.Ordinal)), "log");

        Assert.Contains(logs.Lines, line => line.Contains(" at ", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("Erika", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_revision_committed_before_a_crash_is_sent_by_the_next_process_on_the_same_store()
    {
        await using (var host = await ProtocolHost.StartAsync(store, clock, readers: false))
        {
            await host.SendAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
            await host.UntilAsync(async () => await host.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE revision = 1") == 1, "commit");
        }

        await using var next = await ProtocolHost.StartAsync(store, clock);
        Assert.Equal(States.Observing, (await next.RevisionAsync(Sent.P1, 1)).Assessment.State);
        await next.UntilAsync(AcknowledgedByBothAsync, "both receipts");

        async Task<bool> AcknowledgedByBothAsync() =>
            await next.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE writeback_done_revision = 1 AND gateway_done_revision = 1") == 1;
    }

    [Fact]
    public async Task A_revision_is_not_done_while_one_of_the_two_readers_has_not_acknowledged_it()
    {
        await using (var host = await ProtocolHost.StartAsync(store, clock))
        {
            host.Heard.Acknowledge.Remove("gateway");
            await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
            await host.UntilAsync(async () => await host.QueryAsync<long>("SELECT writeback_done_revision FROM patients") == 1, "receipt of write-back");
        }

        await using var next = await ProtocolHost.StartAsync(store, clock);
        await next.RevisionAsync(Sent.P1, 1);
        await next.UntilAsync(async () => await next.QueryAsync<long>("SELECT gateway_done_revision FROM patients") == 1, "receipt of the gateway");
    }

    [Fact]
    public async Task A_revision_without_a_receipt_is_sent_again_and_only_the_newest_one()
    {
        await using var host = await ProtocolHost.StartAsync(store, clock, machine: new HastyMachine());
        host.Heard.Acknowledge.Clear();
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Platelets(Sent.P1, "a", 19, 12_000)));
        await host.UntilAsync(() => host.Heard.Changed.Count(change => change.Revision == 2) > 2, "revision 2 again and again");
        var firsts = host.Heard.Changed.Count(change => change.Revision == 1);

        host.Heard.Acknowledge.UnionWith(["writeback", "gateway"]);
        await host.UntilAsync(
            async () => await host.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE writeback_done_revision = 2 AND gateway_done_revision = 2") == 1, "both receipts");
        Assert.Equal(firsts, host.Heard.Changed.Count(change => change.Revision == 1));
    }

    [Fact]
    public async Task A_patient_assessed_by_another_definition_than_the_one_in_force_is_assessed_again_at_start()
    {
        await using (var host = await ProtocolHost.StartAsync(store, clock))
        {
            await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
            await host.RevisionAsync(Sent.P1, 1);
        }

        var file = DefinitionFile(json => json.Replace("\"version\": \"1.0.0\"", "\"version\": \"1.0.1\"", StringComparison.Ordinal));
        await using var next = await ProtocolHost.StartAsync(store, clock, settings: new() { ["Cart:Protocol"] = file });
        Assert.Equal("1.0.1", (await next.RevisionAsync(Sent.P1, 2)).Assessment.Protocol.Version);
    }

    private string DefinitionFile(Func<string, string> edit)
    {
        var assembly = typeof(Hematology.ProtocolDefinition).Assembly;
        using var reader = new StreamReader(assembly.GetManifestResourceStream("definitions/beyar-katz-2022.json")!);
        var path = Path.Combine(store.Path, "definition.json");
        File.WriteAllText(path, edit(reader.ReadToEnd()));
        return path;
    }
}
