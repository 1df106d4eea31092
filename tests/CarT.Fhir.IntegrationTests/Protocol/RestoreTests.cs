using Microsoft.Data.Sqlite;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>The store of the protocol service lost its last commits, the stores of its readers did not: what is published afterwards still wins.</summary>
[Trait(TestStore.Trait, TestStore.SqliteOnly)]
public sealed class RestoreTests : IDisposable
{
    private readonly TempFolder store = new();
    private readonly TempFolder backup = new();
    private readonly WardClock clock = new(Sent.Infusion.AddDays(30));

    public void Dispose()
    {
        store.Dispose();
        backup.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task After_a_backup_of_the_protocol_store_is_restored_the_gateway_shows_what_is_found_next(int lostRevisions)
    {
        await using (var host = await StartAsync())
        {
            await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
            await GatewayHoldsAsync(host, 1);
        }
        Copy(store, backup);
        await using (var host = await StartAsync())
        {
            for (var i = 0; i < lostRevisions; i++) await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Platelets(Sent.P1, "lost" + i, 20 + i, 150_000 + i)));
            await GatewayHoldsAsync(host, 1 + lostRevisions);
        }
        Copy(backup, store);

        await using var restored = await StartAsync();
        await restored.ApplyAsync(Sent.Message(Sent.P1, Sent.Platelets(Sent.P1, "found", 29, 12_345)));

        await restored.UntilAsync(
            async () => await restored.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE message LIKE '%12345%'", service: "gateway") == 1, "the new value");
        var number = await restored.QueryAsync<long>("SELECT revision FROM patients", service: "gateway");
        await restored.UntilAsync(async () => await restored.QueryAsync<long>("SELECT gateway_done_revision FROM patients") == number, "receipt");
        Assert.Equal(number, await restored.QueryAsync<long>("SELECT revision FROM patients"));
    }

    [Fact]
    public async Task When_a_reader_holds_a_higher_revision_the_same_content_is_published_above_it()
    {
        await using var host = await StartAsync(gateway: false);
        host.Heard.Held[Sent.P1] = 9;
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));

        var above = await host.RevisionAsync(Sent.P1, 10);

        Assert.NotNull(above.Assessment.Episode);
        await host.UntilAsync(
            async () => await host.QueryAsync<long>("SELECT COUNT(*) FROM patients WHERE revision = 10 AND writeback_done_revision = 10 AND gateway_done_revision = 10") == 1,
            "both receipts");
        Assert.Equal(10, host.Heard.Newest(Sent.P1));
    }

    private Task<ProtocolHost> StartAsync(bool gateway = true) => ProtocolHost.StartAsync(store, clock, gateway: gateway);

    private static Task GatewayHoldsAsync(ProtocolHost host, long revision) => host.UntilAsync(
        async () => await host.QueryAsync<long>("SELECT revision FROM patients", service: "gateway") == revision, $"revision {revision} in the gateway");

    // The service is stopped. The journal belongs to the file.
    private static void Copy(TempFolder from, TempFolder to)
    {
        SqliteConnection.ClearAllPools();
        foreach (var old in Directory.GetFiles(to.Path, "protocol.db*")) File.Delete(old);
        foreach (var file in Directory.GetFiles(from.Path, "protocol.db*")) File.Copy(file, Path.Combine(to.Path, Path.GetFileName(file)));
    }
}
