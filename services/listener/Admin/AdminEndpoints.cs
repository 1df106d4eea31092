using System.Globalization;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Listener.FirstSight;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sending;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using static CarT.Fhir.Listener.Storing.UtcTicks;

namespace CarT.Fhir.Listener.Admin;

/// <summary>What operators ask and do: sources, refusals, release of a refused row. Needs the API secret; errors are problem+json.</summary>
internal sealed partial class AdminEndpoints(
    SourceTable sources, ListenerStore store, SubscriptionViews subscriptions, PollStore pollStore, BackfillStore backfills, Outstanding outstanding,
    ILogger<AdminEndpoints> log)
{
    private const int LargestPage = 500;

    public void Map(IEndpointRouteBuilder routes, CartOptions options)
    {
        Guard(routes.MapGet("/admin/sources", SourcesAsync));
        Guard(routes.MapGet("/admin/refused", RefusedAsync));
        Guard(routes.MapPost("/admin/refused/{id:long}/release", ReleaseAsync));

        void Guard(RouteHandlerBuilder route) => route.RequireApiSecret(
            options, () => Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "A bearer secret of the API is needed."));
    }

    private async Task<IResult> SourcesAsync(CancellationToken cancel)
    {
        var counts = await store.CountsAsync(cancel);
        var retrying = await store.RetryingCountsAsync(cancel);
        var stuck = outstanding.Stuck();
        var refused = await store.RefusedCountsAsync(cancel);
        var subscribed = await subscriptions.AllAsync(cancel);
        var polls = await PollViews.ReadAsync(pollStore, cancel);
        var histories = await backfills.CountsAsync(cancel);
        var views = sources.All.OrderBy(source => source.Name, StringComparer.Ordinal).Select(source => ViewOf(
            source,
            [.. counts.Where(count => count.Source == source.Name)],
            retrying.GetValueOrDefault(source.Name),
            stuck.GetValueOrDefault(source.Name),
            refused.GetValueOrDefault(source.Name),
            [.. subscribed[source.Name]],
            polls.Of(source.Name),
            ViewOf(histories.GetValueOrDefault(source.Name))));
        return Results.Json(views, CartJson.Options);
    }

    // As text, because a number that cannot be bound is answered without a problem document.
    private async Task<IResult> RefusedAsync(CancellationToken cancel, string after = "0", string limit = "50")
    {
        if (!TryRead(after, out var afterId)) return BadRequest("after is not an id.");
        if (!TryRead(limit, out var page) || page is < 1 or > LargestPage) return BadRequest($"limit is not between 1 and {LargestPage}.");
        var rows = await store.RefusedAsync(afterId, (int)page, cancel);
        return Results.Json(new RefusedPage([.. rows.Select(ViewOf)], rows.Count == page ? rows[^1].Id : null), CartJson.Options);
    }

    private static bool TryRead(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static IResult BadRequest(string title) => Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: title);

    private async Task<IResult> ReleaseAsync(long id, CancellationToken cancel)
    {
        if (await store.ReleaseAsync(id, cancel) is not { } name)
            return Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "There is no such open refusal.");
        Log.Released(log, name, id);
        if (sources.TryFind(name, out var source)) source.RowsCame.Raise();
        return Results.Accepted();
    }

    private static SourceView ViewOf(
        Source source, List<StatusCount> counts, long retrying, long stuck, long refused, IReadOnlyList<SubscriptionView> subscriptions, PollView poll,
        BackfillsView histories) => new(
        source.Name,
        source.Reading.Namespace,
        Instant(counts.Count == 0 ? null : counts.Max(count => count.LastTicks)),
        counts.ToDictionary(count => count.Status, count => count.Rows, StringComparer.Ordinal),
        retrying,
        stuck,
        refused,
        subscriptions.Any(subscription => subscription.HandshakeAt is not null),
        subscriptions,
        poll,
        histories);

    private static BackfillsView ViewOf(BackfillCounts? counts) => new(
        counts?.Waiting ?? 0,
        counts?.Overdue ?? 0,
        Instant(counts?.OldestTicks),
        counts?.Fault,
        counts?.Incomplete ?? 0,
        [.. (counts?.Missing ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)]);

    private static RefusedView ViewOf(RefusedRow row) => new(
        row.Id, row.NotificationId, row.Source, row.Code, row.Resource, row.Text, Instant(row.AtTicks));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Source {Source}: refusal {Id} released by an operator; its row is worked again")]
        public static partial void Released(ILogger logger, string source, long id);
    }
}
