using CarT.Fhir.Hosting.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>Exports traces, metrics and logs over OTLP while the host runs, and flushes on stop. Does nothing without an endpoint.</summary>
internal sealed class TelemetryExport(OtlpTarget target, IServiceProvider services) : IHostedService, IDisposable
{
    private const int FlushMilliseconds = 5000;

    // Not System.Net.Http and not Microsoft.AspNetCore: their spans carry paths, and a FHIR path holds the patient's id. Not Npgsql: a span for each
    // statement says little, and that of a failed one quotes the value that the database did not take.
    internal static readonly string[] Sources = [CartTelemetry.Name, "CarT.Fhir.Client", "MassTransit"];

    internal static readonly string[] Meters =
        [CartTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "MassTransit", "Npgsql", "Polly"];

    private TracerProvider? tracer;
    private MeterProvider? meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!target.IsSet) return Task.CompletedTask;
        tracer = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(target.Resource).AddSource(Sources)
            .AddOtlpExporter(exporter => target.Configure(exporter, "traces")).Build();
        meter = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(target.Resource).AddMeter(Meters)
            .AddOtlpExporter(exporter => target.Configure(exporter, "metrics")).Build();
        return Task.CompletedTask;
    }

    /// <summary>Comes after every other service has stopped, so that what they did last is sent too.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        tracer?.ForceFlush(FlushMilliseconds);
        meter?.ForceFlush(FlushMilliseconds);
        services.GetService<LoggerProvider>()?.ForceFlush(FlushMilliseconds);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        tracer?.Dispose();
        meter?.Dispose();
    }
}

/// <summary>Where telemetry goes, and as whom we send it.</summary>
internal sealed class OtlpTarget(TelemetryOptions options, IReadOnlyList<IServiceModule> modules)
{
    private readonly string instance = Guid.NewGuid().ToString();

    public bool IsSet => options.OtlpEndpoint is { Length: > 0 };

    /// <summary><c>service.name</c> is that of the one service of this process, or of the product; the instance is this run of the process.</summary>
    public ResourceBuilder Resource => ResourceBuilder.CreateDefault().AddService(
        modules.Count == 1 ? "cart-fhir-" + modules[0].Name : "cart-fhir", serviceVersion: CartTelemetry.Version, serviceInstanceId: instance);

    /// <param name="exporter">The exporter.</param>
    /// <param name="signal"><c>traces</c>, <c>metrics</c> or <c>logs</c>.</param>
    public void Configure(OtlpExporterOptions exporter, string signal)
    {
        var overHttp = options.OtlpProtocol == TelemetryOptions.OverHttp;
        exporter.Protocol = overHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        // The path of a signal belongs to OTLP over HTTP only; the exporter adds it to an address of its own, not to ours.
        exporter.Endpoint = new Uri(overHttp ? $"{options.OtlpEndpoint!.TrimEnd('/')}/v1/{signal}" : options.OtlpEndpoint!);
    }

    /// <summary>Sends the logs of a host; they are set up before it is built. Without scopes: those of the web server hold the paths of requests.</summary>
    public void AddLogs(ILoggingBuilder logging)
    {
        if (!IsSet) return;
        logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeScopes = false;
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(Resource).AddOtlpExporter(exporter => Configure(exporter, "logs"));
        });
    }
}
