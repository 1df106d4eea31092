using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>
/// Every logger of a host, whoever writes with it and wherever it goes: no exception brings its text (<see cref="FaultText"/>), and the libraries that
/// log the paths of requests neither get below a warning nor into a scope, whatever the configuration says. A FHIR path holds the id of a patient.
/// </summary>
internal sealed class QuietLogs(ILoggerFactory inner) : ILoggerFactory
{
    private static readonly string[] SayPaths = ["Microsoft.AspNetCore", "System.Net.Http", "MassTransit"];

    public static void Add(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new QuietLogs(ActivatorUtilities.CreateInstance<LoggerFactory>(provider))));

    public ILogger CreateLogger(string categoryName)
    {
        var floor = SayPaths.Any(prefix => categoryName.StartsWith(prefix, StringComparison.Ordinal)) ? LogLevel.Warning : LogLevel.Trace;
        return new QuietLogger(inner.CreateLogger(categoryName), floor);
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class QuietLogger(ILogger inner, LogLevel floor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => floor == LogLevel.Trace ? inner.BeginScope(state) : null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= floor && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel < floor) return;
            var said = exception is null or FaultWithoutText ? exception : new FaultWithoutText(exception);
            inner.Log(logLevel, eventId, state, said, formatter);
        }
    }
}
