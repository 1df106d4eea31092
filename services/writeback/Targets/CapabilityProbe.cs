using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.WriteBack.Targets;

/// <summary>
/// Reads each target's capability statement at start, once a day, and a minute after a target refused a write as not supported: by then a gateway that
/// was just being deployed tells the truth, and a statement that errs admits one try a minute at most. Nothing waits for it.
/// </summary>
internal sealed partial class CapabilityProbe(TargetRegistry targets, TargetStore store, TimeProvider time, ILogger<CapabilityProbe> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> probed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> asked = new(StringComparer.Ordinal);

    /// <summary>Has the capability statement of a target read again in a minute.</summary>
    public void Ask(string target) => asked.TryAdd(target, time.GetUtcNow());

    /// <summary>Reads the statements that are due.</summary>
    internal async Task ProbeDueAsync(CancellationToken cancel)
    {
        foreach (var target in targets.All)
        {
            var isDaily = !probed.TryGetValue(target.Name, out var last) || time.GetUtcNow() - last >= Every;
            var isAsked = asked.TryGetValue(target.Name, out var when) && time.GetUtcNow() - when >= LookEvery;
            if (!isAsked && !isDaily) continue;
            if (isDaily) probed[target.Name] = time.GetUtcNow();
            asked.TryRemove(target.Name, out _);
            await ProbeAsync(target, cancel);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        do
        {
            await ProbeDueAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ProbeAsync(Target target, CancellationToken cancel)
    {
        using var span = CartTelemetry.Begin("writeback.probe", ActivityKind.Internal);
        span?.SetTag("cart.target", target.Name);
        try
        {
            var answer = await target.Client.GetAsync("metadata", cancel);
            var declared = answer.Verdict == FhirVerdict.Done ? DeclaredWrites.Read(answer.Body) : null;
            var outcome = declared is not null ? "read" : answer.Verdict == FhirVerdict.Done ? "not-a-capability-statement" : Why(answer);
            await store.ProbedAsync(target.Name, outcome, declared?.CanWriteFlag, declared?.CanWriteCarePlan, cancel);
            Log.Probed(log, target.Name, outcome, declared?.CanWriteFlag, declared?.CanWriteCarePlan);
        }
        catch (DbException e)
        {
            Log.NotStored(log, target.Name, e.GetType().Name, e.StackTrace);
        }
    }

    private static string Why(FhirAnswer answer) => answer.Fault ?? $"status-{(int?)answer.Status}";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Target {Target}: capability statement {Outcome}; says it takes Flag {CanWriteFlag}, CarePlan {CanWriteCarePlan}")]
        public static partial void Probed(ILogger logger, string target, string outcome, bool? canWriteFlag, bool? canWriteCarePlan);

        [LoggerMessage(2, LogLevel.Warning, "Target {Target}: what its capability statement says could not be stored, {Fault} {Stack}")]
        public static partial void NotStored(ILogger logger, string target, string fault, string? stack);
    }
}
