using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Reconciliation;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CarT.Fhir.WriteBack;

/// <summary>Write-back: makes Flags and CarePlans of the charting system say what the newest assessment wants.</summary>
public sealed class WriteBackModule : IServiceModule
{
    public const string ServiceName = "writeback";

    // Storing a wanted state is one short transaction; more consumers than this only wait for the writer.
    private const int ConsumerConcurrency = 4;

    public string Name => ServiceName;

    public void AddServices(IServiceCollection services, CartOptions options)
    {
        var systems = new IdentifierSystems(options.Identifiers);
        var facility = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        services.TryAddSingleton(provider => new FhirClients(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TargetRegistry(options, provider.GetRequiredService<FhirClients>()));
        services.AddSingleton(provider => new WantedStore(Database(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new WriteBackStore(Database(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TargetStore(Database(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new LedgerStore(Database(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new WantedState(systems, facility));
        services.AddSingleton(provider => new ProvenanceForm(systems, facility, provider.GetRequiredService<ClinicalClock>()));
        services.AddSingleton<WriteBackMetrics>();
        services.AddSingleton<ReconcilerSignal>();
        services.AddSingleton<Ledger>();
        services.AddSingleton<ProvenanceRecorder>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ResourceReconciler>(provider, systems));
        services.AddSingleton(new ForgottenWrites(systems));
        services.AddSingleton<Twins>();
        services.AddSingleton<Absence>();
        services.AddSingleton<PatientReconciler>();
        services.AddSingleton<Reconciler>();
        services.AddHostedService(provider => provider.GetRequiredService<Reconciler>());
        services.AddSingleton<CapabilityProbe>();
        services.AddHostedService(provider => provider.GetRequiredService<CapabilityProbe>());
        services.AddSingleton<LedgerRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerRetention>());
        services.AddSingleton(provider => WriteBackMetrics.QueueAge(provider.GetRequiredService<TargetStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Backlog(Name, provider.GetRequiredService<TargetStore>().CountWaitingAsync));
    }

    public void AddConsumers(IBusRegistrationConfigurator bus) =>
        bus.AddConsumerOn<AssessmentChangedConsumer>(WireNames.WriteBackAssessmentChanged, ConsumerConcurrency);

    public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options) => routes.MapTargets(options);

    private static CartDatabase Database(IServiceProvider provider) => provider.GetRequiredKeyedService<CartDatabase>(ServiceName);
}
