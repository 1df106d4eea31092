using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Gateway.Web;

/// <summary>A line of the overview.</summary>
internal sealed class OverviewRow
{
    public required string Namespace { get; init; }

    public required string Id { get; init; }

    public required long Revision { get; init; }

    public required string State { get; init; }

    public string? InfusedOn { get; init; }

    public required string ActiveFlags { get; init; }
}

/// <summary><c>GET /</c>: the patients in one table, by reference. One page, nothing loaded from anywhere; a browser asks for the secret as a password.</summary>
internal static class OverviewPage
{
    private const int MaxRows = 500;

    private const string Style =
        "body{font:16px/1.4 system-ui,sans-serif;margin:2rem;color:#1a1a1a;background:#fff}table{border-collapse:collapse}"
        + "th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #ccc}td.n{text-align:right}code{background:#eef;padding:0 .3rem}";

    private static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapOverview(this IEndpointRouteBuilder routes, CartOptions options)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        routes.MapGet("/", async (HttpResponse response, GatewayStore store, ClinicalClock clock, CancellationToken cancel) =>
        {
            response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.CacheControl = "no-store";
            response.Headers["Referrer-Policy"] = "no-referrer";
            var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.Now, zone).DateTime);
            return Results.Content(Write(await store.OverviewAsync(MaxRows + 1, cancel), today), "text/html; charset=utf-8");
        }).RequirePassword(options);
    }

    internal static string Write(IReadOnlyList<OverviewRow> rows, DateOnly today)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>CarT.Fhir</title><style>").Append(Style).Append("</style></head><body>");
        html.Append("<h1>Cytopenia after CAR-T</h1><p>For review by clinicians. Nothing here is an order.</p>");
        html.Append("<table><thead><tr><th>Patient</th><th>Namespace</th><th>State</th><th>Day</th><th>Active flags</th><th>Revision</th></tr></thead><tbody>");
        foreach (var row in rows.Take(MaxRows)) Append(html, row, today);
        html.Append("</tbody></table><p>");
        html.Append(rows.Count > MaxRows ? $"The first {MaxRows} patients." : rows.Count == 1 ? "1 patient." : $"{rows.Count} patients.");
        return html.Append("</p></body></html>").ToString();
    }

    private static void Append(StringBuilder html, OverviewRow row, DateOnly today)
    {
        var day = DateOnly.TryParseExact(row.InfusedOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day0)
            ? (today.DayNumber - day0.DayNumber).ToString(CultureInfo.InvariantCulture)
            : "";
        html.Append("<tr><td>").Append(Encode("Patient/" + row.Id)).Append("</td><td>").Append(Encode(row.Namespace)).Append("</td><td>").Append(Encode(row.State));
        html.Append("</td><td class=\"n\">").Append(day).Append("</td><td>");
        html.AppendJoin(' ', row.ActiveFlags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(flag => $"<code>{Encode(flag)}</code>"));
        html.Append("</td><td class=\"n\">").Append(row.Revision).Append("</td></tr>");
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
