using System.Globalization;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.Simulator.Server;

/// <summary>
/// The results of searches and histories that did not fit on one page, kept as they were found: what is written between two pages neither repeats
/// nor skips a row. The oldest are forgotten first; a page of a forgotten result is answered with 410.
/// </summary>
internal sealed class Pages
{
    private const int Kept = 256;
    private readonly Lock gate = new();
    private readonly Dictionary<int, Result> results = [];
    private int last;

    /// <summary>Rows of one search or history, with the self link of its first page relative to the base.</summary>
    internal sealed record Result(string Type, bool IsHistory, string Self, int PageSize, IReadOnlyList<StoredVersion> Rows);

    /// <summary>One page of a result; <see cref="Next"/> is relative to the base, null on the last page.</summary>
    internal sealed record Page(Result Result, string Self, string? Next, IEnumerable<StoredVersion> Rows);

    public Page First(Result result)
    {
        var key = 0;
        if (result.Rows.Count > result.PageSize && result.PageSize > 0)
        {
            lock (gate)
            {
                results[key = ++last] = result;
                results.Remove(last - Kept);
            }
        }

        return At(result, key, 0);
    }

    /// <summary>The page that a <c>next</c> link names, <c>{key}.{offset}</c>.</summary>
    public Page Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var key)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            throw FhirProblemException.Invalid("The value of _page cannot be read");
        lock (gate)
        {
            return results.TryGetValue(key, out var result)
                ? At(result, key, offset)
                : throw new FhirProblemException(System.Net.HttpStatusCode.Gone, "expired", "This page is not kept any more; search again");
        }
    }

    private static Page At(Result result, int key, int offset)
    {
        string Link(int from) => $"{result.Type}?_page={key}.{from}";
        var next = offset + result.PageSize;
        return new Page(
            result,
            offset == 0 ? result.Self : Link(offset),
            key != 0 && next < result.Rows.Count ? Link(next) : null,
            result.Rows.Skip(offset).Take(result.PageSize));
    }
}
