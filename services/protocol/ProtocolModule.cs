using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Health;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Protocol.Admin;
using CarT.Fhir.Protocol.Assessing;
using CarT.Fhir.Protocol.Facts;
using CarT.Fhir.Protocol.FirstSight;
using CarT.Fhir.Protocol.Outbox;
using CarT.Fhir.Protocol.Reviews;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CarT.Fhir.Protocol;

/// <summary>Facts of a patient in, assessment of the patient out, and again whenever time alone changes the verdict. It never sees FHIR.</summary>
public sealed class ProtocolModule : IServiceModule
{
    // About a hundred megabytes; a treated patient has a few hundred versions.
    private const int VersionsHeldInMemory = 100_000;

    public string Name => "protocol";

    public void AddServices(IServiceCollection services, CartOptions options)
    {
        services.AddSingleton(ProtocolInForce.Load(options));
        services.AddSingleton(provider => new ProtocolStore(
            provider.GetRequiredKeyedService<CartDatabase>(Name), options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new RecordCache(VersionsHeldInMemory));
        services.AddSingleton<ProtocolMetrics>();
        services.TryAddSingleton<Heartbeats>();
        services.AddSingleton<FactsIntake>();
        services.AddSingleton<RecordReader>();
        services.AddSingleton<FirstSightHold>();
        services.AddSingleton<PatientAssessor>();
        services.AddSingleton<ReviewSignal>();
        services.AddSingleton<RevisionPublisher>();
        services.AddSingleton<OperatorReassessment>();
        services.AddSingleton<ReviewTimer>();
        services.AddHostedService(provider => provider.GetRequiredService<ReviewTimer>());
        services.AddSingleton<RevisionSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<RevisionSweep>());
        services.AddSingleton(provider => ProtocolMetrics.QueueAge(provider.GetRequiredService<ProtocolStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Backlog(
            Name,
            cancel => provider.GetRequiredService<ProtocolStore>().CountOpenAsync(
                provider.GetRequiredService<ClinicalClock>().Now, provider.GetRequiredService<ProtocolInForce>().Definition.Hash, cancel)));
    }

    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumerOn<FactsRecordedConsumer>(WireNames.ProtocolFactsRecorded, concurrency: 16);
        bus.AddConsumerOn<AssessmentAppliedConsumer>(WireNames.ProtocolAssessmentApplied, concurrency: 4);
        bus.AddConsumerOn<ReassessPatientConsumer>(WireNames.ProtocolReassessPatient, concurrency: 1);
    }

    public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options) => routes.MapReassess(options);
}
