using System.Collections.Concurrent;
using System.Diagnostics;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Gateway;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Protocol;
using Dapper;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>The protocol service alone on a real host, with a listener, a write-back and a gateway that only write down what they hear.</summary>
internal sealed class ProtocolHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly WebApplication app;

    private ProtocolHost(WebApplication app, Heard heard)
    {
        this.app = app;
        Heard = heard;
    }

    public Heard Heard { get; }

    public Uri Address => new(app.Urls.Single());

    /// <param name="store">A folder; the same one twice is a restart.</param>
    /// <param name="clock">The calendar of the ward.</param>
    /// <param name="readers">False: nobody hears what the service says, as when the process dies between commit and publish.</param>
    /// <param name="settings">Further configuration.</param>
    /// <param name="machine">The clock of the machine; the system's when null.</param>
    /// <param name="logs">Where the log goes, or null.</param>
    /// <param name="gateway">True: the gateway is the real one, with its own store in the same folder.</param>
    public static async Task<ProtocolHost> StartAsync(
        TempFolder store, WardClock clock, bool readers = true, Dictionary<string, string?>? settings = null, TimeProvider? machine = null,
        bool gateway = false, LogBook? logs = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Cart:Api:Authentication"] = "none",
        });
        builder.Configuration.AddInMemoryCollection(TestStore.Settings(store.Path));
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (logs is not null) builder.Logging.AddProvider(logs);
        // MassTransit keeps the logger of an earlier host in this flow, disposed by now.
        LogContext.Current = null;
        var heard = new Heard();
        builder.Services.AddSingleton(heard);
        builder.Services.AddSingleton(new ClinicalClock(clock));
        builder.Services.AddSingleton(machine ?? TimeProvider.System);
        IServiceModule[] modules = [new ProtocolModule(), .. readers ? [new ReadersModule(gateway)] : Array.Empty<IServiceModule>(), .. gateway ? [new GatewayModule()] : Array.Empty<IServiceModule>()];
        var built = await CartHost.BuildAsync(builder, modules, CancellationToken.None);
        await built.StartAsync();
        return new ProtocolHost(built, heard);
    }

    public Task SendAsync<T>(T message)
        where T : class => app.Services.GetRequiredService<IBus>().Publish(message);

    /// <summary>Sends facts and waits for their receipt.</summary>
    public async Task ApplyAsync(FactsRecorded message)
    {
        var receipts = Heard.Receipts(message.RowIds[0]);
        await SendAsync(message);
        await UntilAsync(() => Heard.Receipts(message.RowIds[0]) > receipts, "receipt");
    }

    public async Task<AssessmentChanged> RevisionAsync(PatientKey patient, long revision)
    {
        await UntilAsync(() => Heard.Revision(patient, revision) is not null, $"revision {revision}");
        return Heard.Revision(patient, revision)!;
    }

    public Task<T?> QueryAsync<T>(string sql, object? parameters = null, string service = "protocol") =>
        app.Services.GetRequiredKeyedService<CartDatabase>(service).ReadAsync(connection => connection.ExecuteScalarAsync<T>(sql, parameters), CancellationToken.None);

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public async Task UntilAsync(Func<bool> happened, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!happened())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "waited in vain for: " + what);
            await Task.Delay(20);
        }
    }

    public async Task UntilAsync(Func<Task<bool>> happened, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await happened())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "waited in vain for: " + what);
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>Stands for listener, write-back and, unless the real one runs, gateway.</summary>
    private sealed class ReadersModule(bool realGateway) : IServiceModule
    {
        public string Name => "readers";

        public void AddServices(IServiceCollection services, CartOptions options)
        {
            // Everything lives in Heard.
        }

        public void AddConsumers(IBusRegistrationConfigurator bus)
        {
            bus.AddConsumerOn<ReceiptReader>(WireNames.ListenerFactsApplied, 1);
            bus.AddConsumerOn<WriteBackReader>(WireNames.WriteBackAssessmentChanged, 1);
            if (!realGateway) bus.AddConsumerOn<GatewayReader>(WireNames.GatewayAssessmentChanged, 1);
        }

        public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options)
        {
            // None.
        }
    }

    private sealed class ReceiptReader(Heard heard) : IConsumer<FactsApplied>
    {
        public Task Consume(ConsumeContext<FactsApplied> context)
        {
            heard.Applied.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    private sealed class WriteBackReader(Heard heard) : IConsumer<AssessmentChanged>
    {
        public Task Consume(ConsumeContext<AssessmentChanged> context)
        {
            heard.Changed.Enqueue(context.Message);
            return heard.AcknowledgeAsync(context, "writeback");
        }
    }

    private sealed class GatewayReader(Heard heard) : IConsumer<AssessmentChanged>
    {
        public Task Consume(ConsumeContext<AssessmentChanged> context) => heard.AcknowledgeAsync(context, "gateway");
    }
}

/// <summary>What the readers heard; <see cref="Acknowledge"/> says who answers, and <see cref="Held"/> with what at least.</summary>
internal sealed class Heard
{
    public ConcurrentQueue<FactsApplied> Applied { get; } = [];

    public ConcurrentQueue<AssessmentChanged> Changed { get; } = [];

    public HashSet<string> Acknowledge { get; } = ["writeback", "gateway"];

    /// <summary>The revision that the readers hold of a patient, when it is a higher one than they hear of.</summary>
    public ConcurrentDictionary<PatientKey, long> Held { get; } = [];

    public int Receipts(long row) => Applied.Count(receipt => receipt.RowIds.Contains(row));

    public AssessmentChanged? Revision(PatientKey patient, long revision) => Changed.FirstOrDefault(change => change.Patient == patient && change.Revision == revision);

    public long Newest(PatientKey patient) => Changed.Where(change => change.Patient == patient).Select(change => change.Revision).DefaultIfEmpty().Max();

    public Task AcknowledgeAsync(ConsumeContext<AssessmentChanged> context, string consumer) =>
        Acknowledge.Contains(consumer)
            ? context.Publish(new AssessmentApplied
            {
                Patient = context.Message.Patient,
                Revision = Math.Max(context.Message.Revision, Held.GetValueOrDefault(context.Message.Patient)),
                Consumer = consumer,
            })
            : Task.CompletedTask;
}

/// <summary>A calendar that a test turns by hand.</summary>
internal sealed class WardClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Turn(DateTimeOffset to) => Interlocked.Exchange(ref ticks, to.UtcTicks);
}

/// <summary>A machine on which intervals pass a hundred times as fast; its timers and its calendar are the system's.</summary>
internal sealed class HastyMachine : TimeProvider
{
    public override long GetTimestamp() => System.GetTimestamp() * 100;
}

/// <summary>A folder of this test, gone afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cart-fhir-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
