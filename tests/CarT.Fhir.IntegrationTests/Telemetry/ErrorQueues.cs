using System.Collections.Concurrent;
using System.Reflection;
using CarT.Fhir.Hosting.Bus;
using MassTransit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>A message that was moved to an error queue: its headers as text, and its body.</summary>
internal sealed record MovedMessage(string Queue, string Headers, string Body);

/// <summary>Reads every error queue of the product.</summary>
internal sealed class ErrorQueues
{
    public ConcurrentQueue<MovedMessage> Moved { get; } = [];

    public static IEnumerable<string> Queues =>
        typeof(WireNames).GetFields(BindingFlags.Public | BindingFlags.Static).Where(name => name.IsLiteral).Select(name => (string)name.GetRawConstantValue()!)
            .Where(name => name.StartsWith("cart-", StringComparison.Ordinal) && name != WireNames.DeadLetter);

    public async Task ConnectAsync(IBusControl bus)
    {
        foreach (var queue in Queues)
        {
            await bus.ConnectReceiveEndpoint(queue + "_error", endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.ConfigureReceive(pipe => pipe.UseExecute(context => Moved.Enqueue(new MovedMessage(
                    queue, string.Join('\n', context.TransportHeaders.GetAll().Select(header => $"{header.Key}: {header.Value}")), context.Body.GetString()))));
            }).Ready;
        }
    }

    public async Task UntilAsync(string queue, int count = 1)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (Moved.Count(message => message.Queue == queue) < count)
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(30)) throw new TimeoutException("Nothing came to the error queue of " + queue);
            await Task.Delay(30);
        }
    }
}
