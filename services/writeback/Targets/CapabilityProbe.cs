using System.Data.Common;
using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.WriteBack.Targets;

/// <summary>Reads each target's capability statement at start and once a day. Nothing waits for it.</summary>
internal sealed partial class CapabilityProbe(TargetRegistry targets, TargetStore store, TimeProvider time, ILogger<CapabilityProbe> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            foreach (var target in targets.All) await ProbeAsync(target, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ProbeAsync(Target target, CancellationToken cancel)
    {
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
