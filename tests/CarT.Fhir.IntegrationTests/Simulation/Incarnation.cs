using System.Diagnostics;
using CarT.Fhir.Gateway;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Listener;
using CarT.Fhir.Protocol;
using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack;
using CarT.Fhir.WriteBack.Reconciliation;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>What a process meets outside of itself.</summary>
internal sealed record Surroundings(
    CartOptions Options, SimClock Clock, SimulatedBus Bus, Func<HttpMessageHandler> Wire, Func<string, ValueTask> Failpoint, Func<int> Seed, Action<string> Error)
{
    public Sabotage Sabotage { get; init; }
}

/// <summary>
/// One run of one process, from its start to its death: the real modules on the real stores, composed as the host composes them, with no loop running.
/// Its death takes everything that is in memory and leaves the files.
/// </summary>
internal sealed class Incarnation : IHostApplicationLifetime
{
    private static readonly IServiceModule[] Modules = [new ListenerModule(), new ProtocolModule(), new WriteBackModule(), new GatewayModule()];

    private readonly ProcessClock clock;
    private readonly List<CartDatabase> databases = [];

    private Incarnation(IReadOnlyList<string> services, Surroundings around)
    {
        Names = services;
        clock = new ProcessClock(around.Clock, around.Sabotage == Sabotage.StopwatchStands);
        Services = Compose([.. Modules.Where(module => services.Contains(module.Name))], around);
        if (Has("listener")) Door = new HookDoor(Services);
    }

    /// <summary>Names of the services in it.</summary>
    public IReadOnlyList<string> Names { get; }

    public ServiceProvider Services { get; }

    /// <summary>The hook of the listener; null where there is none.</summary>
    public HookDoor? Door { get; }

    public bool IsDead => clock.IsDead;

    CancellationToken IHostApplicationLifetime.ApplicationStarted => new(canceled: true);

    CancellationToken IHostApplicationLifetime.ApplicationStopping => CancellationToken.None;

    CancellationToken IHostApplicationLifetime.ApplicationStopped => CancellationToken.None;

    public static async Task<Incarnation> StartAsync(IReadOnlyList<string> services, Surroundings around)
    {
        var process = new Incarnation(services, around);
        foreach (var module in Modules.Where(module => process.Has(module.Name)))
            await Migrations.ApplyAsync(process.Open(module.Name), module.Assembly, process.clock, CancellationToken.None);
        if (process.Has("writeback")) await process.Get<Reconciler>().RegisterAsync(CancellationToken.None);
        return process;
    }

    public bool Has(string service) => Names.Contains(service);

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public CartDatabase Database(string service) => Services.GetRequiredKeyedService<CartDatabase>(service);

    /// <summary>Power off: nothing is disposed that could still say or do something. Closing the files is what the operating system does.</summary>
    public void Die()
    {
        clock.IsDead = true;
        foreach (var database in databases) database.Dispose();
    }

    void IHostApplicationLifetime.StopApplication() => throw new UnreachableException();

    private CartDatabase Open(string service)
    {
        var database = Database(service);
        databases.Add(database);
        return database;
    }

    // As CartHost does it, with the surroundings in place of the machine.
    private ServiceProvider Compose(IReadOnlyList<IServiceModule> modules, Surroundings around)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new ErrorLog(around.Error)).SetMinimumLevel(LogLevel.Error));
        services.AddSingleton(around.Options);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(new ClinicalClock(clock));
        services.AddSingleton(new Jitter(new Random(around.Seed())));
        services.AddSingleton(new Failpoints(around.Failpoint));
        services.AddSingleton(new FhirClients(clock, _ => around.Wire()));
        services.AddSingleton(modules);
        services.AddSingleton<IHostApplicationLifetime>(this);
        services.AddSingleton(around.Bus);
        services.AddSingleton<IBus>(around.Bus.AsBus());
        foreach (var module in modules)
        {
            services.AddKeyedSingleton(module.Name, (_, _) => CartDatabase.Open(around.Options.Store, module.Name, module.Sharing));
            module.AddServices(services, around.Options);
        }
        return services.BuildServiceProvider();
    }

    /// <summary>Whatever the product logs as an error is a finding: no fault of this world is one that it should not expect.</summary>
    private sealed class ErrorLog(Action<string> report) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) report($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
