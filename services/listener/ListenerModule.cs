using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Health;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Listener.Admin;
using CarT.Fhir.Listener.FirstSight;
using CarT.Fhir.Listener.Hook;
using CarT.Fhir.Listener.Normalising;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sending;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.Listener.Subscriptions;
using CarT.Fhir.R4.Client;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CarT.Fhir.Listener;

/// <summary>The listener: notification in, facts on the bus.</summary>
public sealed class ListenerModule : IServiceModule
{
    // Receipts share transactions with each other, so several at once cost one disk sync.
    private const int ReceiptsAtOnce = 32;

    public string Name => "listener";

    // Store first: what is stored is sent when the bus is there.
    public bool NeedsBus => false;

    // What the hook took, the lanes and the counts of events are of one process.
    public StoreSharing Sharing => StoreSharing.Alone;

    public void AddServices(IServiceCollection services, CartOptions options)
    {
        services.AddSingleton<ListenerMetrics>();
        services.TryAddSingleton<Heartbeats>();
        services.TryAddSingleton(provider => new FhirClients(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SourceTable>();
        services.AddSingleton(provider => new Backfills(provider.GetRequiredService<SourceTable>(), TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)));
        services.AddSingleton<EventNumbers>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ListenerStore>(provider, Database(provider)));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BackfillStore>(provider, Database(provider)));
        services.AddSingleton<HookLimits>();
        services.AddSingleton<HookAdmission>();
        services.AddSingleton<HookIntake>();
        services.AddSingleton<HookEndpoints>();
        services.AddSingleton<ResourceVersions>();
        services.AddSingleton<SearchIntake>();
        services.AddSingleton(provider => new PollStore(Database(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HistoryDeletes>();
        services.AddSingleton<PatientReads>();
        services.AddSingleton<WindowPoll>();
        services.AddSingleton<Poller>();
        services.AddHostedService(provider => provider.GetRequiredService<Poller>());
        services.AddSingleton<Outstanding>();
        services.AddSingleton<FactsSender>();
        services.AddHostedService(provider => provider.GetRequiredService<FactsSender>());
        services.AddSingleton<Normaliser>();
        services.AddHostedService(provider => provider.GetRequiredService<Normaliser>());
        services.AddSingleton<BackfillWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<BackfillWorker>());
        services.AddSingleton<SubscriptionMetrics>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SupervisionStore>(provider, Database(provider)));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<GapStore>(provider, Database(provider)));
        services.AddSingleton<SubscriptionServer>();
        services.AddSingleton<SubscriptionRepairs>();
        services.AddSingleton<SubscriptionSupervisor>();
        services.AddSingleton<SubscriptionKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<SubscriptionKeeper>());
        services.AddSingleton<GapRepair>();
        services.AddHostedService(provider => provider.GetRequiredService<GapRepair>());
        services.AddSingleton<SubscriptionViews>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Retention>(provider, Database(provider)));
        services.AddSingleton<AdminEndpoints>();
        services.AddSingleton(provider => ListenerMetrics.QueueAge(provider.GetRequiredService<ListenerStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Backlog(Name, async cancel =>
            await provider.GetRequiredService<ListenerStore>().CountWaitingAsync(cancel) + await provider.GetRequiredService<BackfillStore>().CountWaitingAsync(cancel)));
    }

    public void AddConsumers(IBusRegistrationConfigurator bus) => bus.AddConsumerOn<FactsAppliedConsumer>(WireNames.ListenerFactsApplied, ReceiptsAtOnce);

    public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options)
    {
        routes.ServiceProvider.GetRequiredService<HookEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<AdminEndpoints>().Map(routes, options);
    }

    private CartDatabase Database(IServiceProvider provider) => provider.GetRequiredKeyedService<CartDatabase>(Name);
}
