using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.WriteBack.Reconciliation;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Wanted;

namespace CarT.Fhir.WriteBack.Targets;

/// <summary>
/// For operators: <c>GET /admin/targets</c>, how write-back to each target goes; <c>POST /admin/targets/{name}/retry</c>, what was refused or waits is
/// tried again now, 202 with the number of patients. Errors are problem+json.
/// </summary>
internal static partial class TargetsEndpoint
{
    private const int MaxShown = 100;

    public static void MapTargets(this IEndpointRouteBuilder routes, CartOptions options)
    {
        Guard(routes.MapGet("/admin/targets", ListAsync));
        Guard(routes.MapPost("/admin/targets/{name}/retry", RetryAsync));

        void Guard(RouteHandlerBuilder route) => route.RequireApiSecret(
            options, () => Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "A bearer secret of Cart:Api:Secrets is needed"));
    }

    private static async Task<IResult> RetryAsync(
        string name, TargetRegistry targets, TargetStore store, ReconcilerSignal signal, ILoggerFactory logs, CancellationToken cancel)
    {
        if (targets.All.FirstOrDefault(candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } target)
            return Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "There is no such target.");
        var patients = await store.RetryAsync(target.Name, cancel);
        signal.Wake(target.Name);
        Log.Retry(logs.CreateLogger(typeof(TargetsEndpoint)), target.Name, patients);
        return Results.Accepted(value: new { patients });
    }

    private static async Task<IResult> ListAsync(TargetRegistry targets, TargetStore store, LedgerStore ledger, TimeProvider time, CancellationToken cancel)
    {
        var views = new List<TargetView>();
        foreach (var target in targets.All) views.Add(await ViewAsync(target, store, ledger, time.GetUtcNow(), cancel));
        return Results.Ok(views);
    }

    private static async Task<TargetView> ViewAsync(Target target, TargetStore store, LedgerStore ledger, DateTimeOffset now, CancellationToken cancel)
    {
        var row = await store.TargetAsync(target.Name, cancel);
        var pausedUntil = TargetStore.At(row.PausedUntilTicks);
        var notWritable = NotWritable(target, row, now).ToList();
        return new TargetView
        {
            Name = target.Name,
            Mode = target.Mode,
            PausedUntil = pausedUntil > now ? pausedUntil : null,
            PauseReason = pausedUntil > now ? row.PauseReason : notWritable.Count > 0 ? "not-writable" : null,
            NotWritable = notWritable,
            Waiting = await store.WaitingAsync(target.Name, cancel),
            LastSuccess = At(row.LastSuccessTicks),
            Capabilities = new CapabilitiesView(At(row.ProbedTicks), row.ProbeOutcome, row.CanWriteFlag, row.CanWriteCarePlan),
            Refused = [.. (await ledger.RefusedAsync(target.Name, MaxShown, cancel)).Select(AnsweredView.Of)],
            Remarks = [.. (await ledger.RemarksAsync(target.Name, MaxShown, cancel)).Select(AnsweredView.Of)],
        };
    }

    private static IEnumerable<string> NotWritable(Target target, TargetRow row, DateTimeOffset now) =>
        target.IsLive ? new[] { WantedKey.Flag, WantedKey.CarePlan, ProvenanceRecorder.Type }.Where(type => row.IsNotWritable(target, type, now)) : [];

    private static DateTimeOffset? At(long? ticks) => ticks is { } known ? TargetStore.At(known) : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Target {Target}: an operator has {Count} patients tried again")]
        public static partial void Retry(ILogger logger, string target, int count);
    }
}
