using System.Collections.Concurrent;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.WriteBack;
using Dapper;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>Write-back as it is deployed, with a charting system to write to and the neighbours that read its messages.</summary>
internal sealed class WriteBackHost : IAsyncDisposable
{
    public const string Secret = "a-secret-for-the-tests";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly WebApplication app;

    private WriteBackHost(WebApplication app, Neighbours neighbours, MovableTime time)
    {
        this.app = app;
        Neighbours = neighbours;
        Time = time;
    }

    public Neighbours Neighbours { get; }

    public MovableTime Time { get; }

    public string Url => app.Urls.First();

    /// <param name="store">Directory of the database; another host can go on with it.</param>
    public static async Task<WriteBackHost> StartAsync(ChartingSystem target, string store, string mode = "live")
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cart:Store:Path"] = store,
            ["Cart:Api:Secrets:0"] = Secret,
            ["Cart:Sources:ward:Namespace"] = "ward-patients",
            ["Cart:Sources:ward:BaseUrl"] = target.BaseUrl,
            ["Cart:Sources:ward:Provides:0"] = "labs",
            ["Cart:Sources:ward:Subscription:Secrets:0"] = Secret,
            ["Cart:Targets:chart:BaseUrl"] = target.BaseUrl,
            ["Cart:Targets:chart:Source"] = "ward",
            ["Cart:Targets:chart:Mode"] = mode,
        });
        var time = new MovableTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        var neighbours = new Neighbours();
        builder.Services.AddSingleton(neighbours);
        // The bus keeps the logging of the first host of a flow; a second one after it must not find that disposed.
        LogContext.Current = null;
        var built = await CartHost.BuildAsync(builder, [new WriteBackModule(), new NeighboursModule()], CancellationToken.None);
        await built.StartAsync();
        return new WriteBackHost(built, neighbours, time);
    }

    public static string NewStore() => Directory.CreateTempSubdirectory("cart-writeback-").FullName;

    public Task PublishAsync(AssessmentChanged message) => app.Services.GetRequiredService<IBus>().Publish(message);

    /// <summary>Publishes and waits until the target has what this revision wants, or the outcome that stands for it.</summary>
    public async Task SettleAsync(AssessmentChanged message)
    {
        await PublishAsync(message);
        await SettledAsync(message.Patient, message.Revision);
    }

    public Task SettledAsync(PatientKey patient, long revision) =>
        UntilAsync(
            async () => await ScalarAsync<long?>("SELECT settled_revision FROM patients WHERE patient = @Id", patient) >= revision,
            $"revision {revision} of {patient.Id} settled");

    /// <summary>Outcomes in the ledger for a resource type, in order.</summary>
    public async Task<IReadOnlyList<string>> OutcomesAsync(string type) =>
        await Database.ReadAsync(
            async connection => (await connection.QueryAsync<string>("SELECT outcome FROM ledger WHERE type = @type ORDER BY id", new { type })).AsList(), CancellationToken.None);

    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) =>
        Database.ReadAsync(connection => connection.ExecuteScalarAsync<T>(sql, parameters), CancellationToken.None);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) Assert.Fail("not in time: " + what);
            await Task.Delay(20);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private CartDatabase Database => app.Services.GetRequiredKeyedService<CartDatabase>(WriteBackModule.ServiceName);
}

/// <summary>The machine's clock, which a test can move forward.</summary>
internal sealed class MovableTime : TimeProvider
{
    private TimeSpan ahead;

    public void Advance(TimeSpan by) => ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}

/// <summary>What the protocol service and the gateway would have received.</summary>
internal sealed class Neighbours
{
    public ConcurrentQueue<AssessmentApplied> Receipts { get; } = new();

    public ConcurrentQueue<WriteBackSettled> Settled { get; } = new();
}

internal sealed class NeighboursModule : IServiceModule
{
    public string Name => "neighbours";

    public void AddServices(IServiceCollection services, CartOptions options)
    {
    }

    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumerOn<ReceiptConsumer>("test-receipts", 1);
        bus.AddConsumerOn<SettledConsumer>("test-settled", 1);
    }

    public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options)
    {
    }

    internal sealed class ReceiptConsumer(Neighbours neighbours) : IConsumer<AssessmentApplied>
    {
        public Task Consume(ConsumeContext<AssessmentApplied> context)
        {
            neighbours.Receipts.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    internal sealed class SettledConsumer(Neighbours neighbours) : IConsumer<WriteBackSettled>
    {
        public Task Consume(ConsumeContext<WriteBackSettled> context)
        {
            neighbours.Settled.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
