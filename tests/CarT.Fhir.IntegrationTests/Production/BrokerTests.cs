using System.Text;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.IntegrationTests.EndToEnd;
using RabbitMQ.Client;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>What an operator finds at the broker: the queues of the table, and in them only what could not be worked, with its reason.</summary>
[Collection(ProductionCollection.Name)]
[Trait(TestStore.Trait, TestStore.Servers)]
public sealed class BrokerTests(FaultyEngine faulty)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Engine Engine => faulty.Engine;

    [Fact]
    public async Task Every_queue_is_a_quorum_queue_of_the_table_of_wire_names()
    {
        var names = typeof(WireNames).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToHashSet(StringComparer.Ordinal);
        var queues = await Engine.QueuesAsync("name", "type", "durable", "arguments");
        Assert.Superset(names, queues.Select(queue => queue[0]).ToHashSet(StringComparer.Ordinal));
        Assert.All(queues, queue =>
        {
            Assert.Equal(("quorum", "true"), (queue[1], queue[2]));
            if (queue[0] is WireNames.DeadLetter || queue[0].EndsWith("_error", StringComparison.Ordinal)) return;
            Assert.Contains(queue[0], names);
            Assert.Contains("\"x-delivery-limit\",10", queue[3], StringComparison.Ordinal);
            Assert.Contains($"\"x-dead-letter-exchange\",\"{WireNames.DeadLetter}\"", queue[3], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Over_tls_a_broker_whose_certificate_is_trusted_is_used_and_another_is_not()
    {
        Engine.MoreEnvironment["CART__Bus__Tls"] = "true";
        Engine.MoreEnvironment["CART__Bus__Host"] = "localhost";
        Engine.MoreEnvironment["CART__Bus__Port"] = Engine.Servers.BrokerTlsPort;
        var doubtful = Engine.Start("protocol");
        Engine.MoreEnvironment["SSL_CERT_FILE"] = Engine.Servers.BrokerCertificate;
        var trusting = Engine.Start("protocol");
        Engine.MoreEnvironment.Clear();

        await trusting.ReadyAsync();
        // By now it would be too.
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        Assert.False(await doubtful.IsReadyAsync());
        await trusting.StopAsync();
        await doubtful.KillAsync();
    }

    [Fact]
    public async Task Poison_goes_to_the_error_queue_with_its_reason_and_blocks_nobody()
    {
        await using var broker = await Engine.ConnectAsync();
        await using var channel = await broker.CreateChannelAsync(cancellationToken: Cancel);
        const string queue = WireNames.ProtocolFactsRecorded + "_error";
        // What an outage before left there was sent again since.
        if (await Engine.HasQueueAsync(queue)) await channel.QueuePurgeAsync(queue, Cancel);
        await faulty.SurvivesAsync("poison", "poison on the bus", async () =>
        {
            await PoisonAsync(channel, "this is no JSON");
            await PoisonAsync(channel, FaultyEngine.Enveloped("""{"source":"main","namespace":"main","rowIds":[1],"patient":null,"resources":null,"provides":["labs"],"versionOrder":"numeric","receivedAt":"2026-03-01T00:00:00Z"}"""));
            await PoisonAsync(channel, FaultyEngine.Enveloped("""{"source":"main"}"""));
            await Hospital.UntilTrueAsync(
                async () => await Engine.HasQueueAsync(queue) && await channel.MessageCountAsync(queue, Cancel) >= 3, "three messages in the error queue");
        });
        var reasons = new List<string>();
        while (await channel.BasicGetAsync(queue, autoAck: true, Cancel) is { } moved)
            reasons.Add(Encoding.UTF8.GetString((byte[])moved.BasicProperties.Headers!["MT-Fault-ExceptionType"]!));
        Assert.Equal(3, reasons.Count);
        Assert.Contains("CarT.Fhir.Hosting.Bus.MessageContractException", reasons);
    }

    [Fact]
    public async Task A_message_that_is_delivered_too_often_goes_to_the_dead_letters()
    {
        await using var broker = await Engine.ConnectAsync();
        await using var channel = await broker.CreateChannelAsync(cancellationToken: Cancel);
        // Its reader is away, and the test takes its place: it dies of the message each time.
        await Engine.KillAsync("gateway");
        try
        {
            await channel.BasicPublishAsync("", WireNames.GatewayWriteBackSettled, Encoding.UTF8.GetBytes("deadly"), Cancel);
            await Hospital.UntilTrueAsync(async () =>
            {
                if (await channel.BasicGetAsync(WireNames.GatewayWriteBackSettled, autoAck: false, Cancel) is { } message)
                    await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, Cancel);
                return await channel.MessageCountAsync(WireNames.DeadLetter, Cancel) > 0;
            }, "a dead letter");
        }
        finally
        {
            await Engine.Start("gateway").ReadyAsync();
        }
        var dead = await channel.BasicGetAsync(WireNames.DeadLetter, autoAck: true, Cancel);
        Assert.Equal("deadly", Encoding.UTF8.GetString(dead!.Body.Span));
    }

    private static ValueTask PoisonAsync(IChannel channel, string body) =>
        channel.BasicPublishAsync(WireNames.Message(typeof(Contracts.Messages.FactsRecorded)), "", mandatory: false,
            new BasicProperties { ContentType = "application/vnd.masstransit+json" }, Encoding.UTF8.GetBytes(body), Cancel);
}
