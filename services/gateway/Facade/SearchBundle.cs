using System.Text.Json.Nodes;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>A page of a search as a searchset Bundle. The next link goes on after the last entry, so that it stays right while data change.</summary>
internal static class SearchBundle
{
    public static JsonObject Of(SearchQuery query, SearchPage page, string fhirBase)
    {
        var rows = page.Rows.Take(query.Count).ToList();
        var address = $"{fhirBase}/{query.Type}";
        var links = new JsonArray(Link("self", address, query.Link(query.After == 0 ? null : query.After)));
        if (page.Rows.Count > query.Count) links.Add(Link("next", address, query.Link(rows[^1].LastUpdatedTicks)));
        var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "searchset", ["total"] = page.Total, ["link"] = links };
        if (rows.Count == 0) return bundle;
        bundle["entry"] = new JsonArray([.. rows.Select(row => new JsonObject
        {
            ["fullUrl"] = $"{address}/{row.Id}",
            ["resource"] = JsonNode.Parse(row.Body),
            ["search"] = new JsonObject { ["mode"] = "match" },
        })]);
        return bundle;
    }

    private static JsonObject Link(string relation, string address, string query) =>
        new() { ["relation"] = relation, ["url"] = query.Length == 0 ? address : address + "?" + query };
}
