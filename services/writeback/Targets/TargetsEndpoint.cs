using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.WriteBack.Targets;

/// <summary><c>GET /admin/targets</c>: how write-back to each target goes, for operators.</summary>
internal static class TargetsEndpoint
{
    private const int MaxRefusedShown = 100;

    public static void MapTargets(this IEndpointRouteBuilder routes, CartOptions options) =>
        routes.MapGet("/admin/targets", ListAsync)
            .RequireApiSecret(options, () => Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "A bearer secret of Cart:Api:Secrets is needed"));

    private static async Task<IResult> ListAsync(TargetRegistry targets, TargetStore store, TimeProvider time, CancellationToken cancel)
    {
        var views = new List<TargetView>();
        foreach (var target in targets.All) views.Add(await ViewAsync(target, store, time.GetUtcNow(), cancel));
        return Results.Ok(views);
    }

    private static async Task<TargetView> ViewAsync(Target target, TargetStore store, DateTimeOffset now, CancellationToken cancel)
    {
        var row = await store.TargetAsync(target.Name, cancel);
        var refused = await store.RefusedAsync(target.Name, MaxRefusedShown, cancel);
        var pausedUntil = TargetStore.At(row.PausedUntilTicks);
        return new TargetView
        {
            Name = target.Name,
            Mode = target.Mode,
            PausedUntil = pausedUntil > now ? pausedUntil : null,
            PauseReason = pausedUntil > now ? row.PauseReason : null,
            Waiting = await store.WaitingAsync(target.Name, cancel),
            LastSuccess = At(row.LastSuccessTicks),
            Capabilities = new CapabilitiesView(At(row.ProbedTicks), row.ProbeOutcome, row.CanWriteFlag, row.CanWriteCarePlan),
            Refused = [.. refused.Select(View)],
        };
    }

    private static RefusedView View(RefusedRow row) =>
        new($"{row.Namespace}/{row.Patient}", row.Type, row.Identifier, row.Revision, row.Status, row.IssueCodes.Split(' ', StringSplitOptions.RemoveEmptyEntries), row.Detail, TargetStore.At(row.AtTicks));

    private static DateTimeOffset? At(long? ticks) => ticks is { } known ? TargetStore.At(known) : null;

    private sealed record TargetView
    {
        public required string Name { get; init; }

        public required string Mode { get; init; }

        public required DateTimeOffset? PausedUntil { get; init; }

        public required string? PauseReason { get; init; }

        /// <summary>Patients for whom something is still to be written.</summary>
        public required long Waiting { get; init; }

        public required DateTimeOffset? LastSuccess { get; init; }

        public required CapabilitiesView Capabilities { get; init; }

        public required IReadOnlyList<RefusedView> Refused { get; init; }
    }

    private sealed record CapabilitiesView(DateTimeOffset? ReadAt, string? Outcome, bool? CanWriteFlag, bool? CanWriteCarePlan);

    private sealed record RefusedView(
        string Patient, string Type, string Identifier, long Revision, long? Status, IReadOnlyList<string> IssueCodes, string? Detail, DateTimeOffset At);
}
