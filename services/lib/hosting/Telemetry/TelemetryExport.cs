using CarT.Fhir.Hosting.Options;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>Exports traces and metrics over OTLP while the host runs, and flushes on stop. Does nothing without an endpoint.</summary>
internal sealed class TelemetryExport(CartOptions options, IReadOnlyList<IServiceModule> modules) : IHostedService, IDisposable
{
    // Not System.Net.Http and not Microsoft.AspNetCore: their spans carry paths, and a FHIR path holds the patient's id.
    private static readonly string[] Sources = [CartTelemetry.Name, "MassTransit"];
    private static readonly string[] Meters = [CartTelemetry.Name, "Microsoft.AspNetCore.Hosting", "System.Net.Http", "System.Runtime", "MassTransit", "Polly"];
    private TracerProvider? tracer;
    private MeterProvider? meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Telemetry.OtlpEndpoint is not { Length: > 0 } endpoint) return Task.CompletedTask;
        var name = modules.Count == 1 ? "cart-fhir-" + modules[0].Name : "cart-fhir";
        var resource = ResourceBuilder.CreateDefault().AddService(name, serviceVersion: CartTelemetry.Version);
        tracer = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources)
            .AddOtlpExporter(exporter => exporter.Endpoint = new Uri(endpoint)).Build();
        meter = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters)
            .AddOtlpExporter(exporter => exporter.Endpoint = new Uri(endpoint)).Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        tracer?.ForceFlush(5000);
        meter?.ForceFlush(5000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        tracer?.Dispose();
        meter?.Dispose();
    }
}
