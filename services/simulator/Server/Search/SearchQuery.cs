using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using CarT.Fhir.Simulator.Server.Store;
using Microsoft.AspNetCore.WebUtilities;

namespace CarT.Fhir.Simulator.Server.Search;

/// <summary>
/// A parsed search of one type. Filters are ANDed; the comma-separated values of one filter are ORed. Parsing is done once, so that the criteria of
/// a subscription cost a few hash look-ups for each resource written.
/// </summary>
internal sealed class SearchQuery
{
    private static readonly FrozenSet<string> Presentation = FrozenSet.ToFrozenSet(["_format", "_pretty", "_total"], StringComparer.Ordinal);

    private readonly List<(int Parameter, Func<IndexedValue, bool> Accepts)> filters = [];
    private readonly List<string> applied = [];
    private string? sort;

    private SearchQuery(string type) => Type = type;

    public string Type { get; }

    public int? Count { get; private set; }

    public bool CountOnly { get; private set; }

    /// <summary>The first parameter that the server does not know; null when it knows all.</summary>
    public string? Unknown { get; private set; }

    public bool IsUnfiltered => filters.Count == 0;

    public IReadOnlyList<string>? Ids { get; private set; }

    public IReadOnlyList<string>? Identifiers { get; private set; }

    public IReadOnlyList<string>? Patients { get; private set; }

    public DateTimeOffset? UpdatedSince { get; private set; }

    /// <summary>The parameters that were used, for the self link.</summary>
    public string Applied => string.Join('&', applied);

    /// <summary>Parses a query string without its question mark; 400 for a value or modifier that cannot be understood.</summary>
    public static SearchQuery Parse(string type, string queryString)
    {
        var query = new SearchQuery(type);
        foreach (var (name, values) in QueryHelpers.ParseQuery(queryString))
            foreach (var value in values)
                query.Add(name, value ?? "");
        return query;
    }

    public bool Matches(StoredVersion version) =>
        filters.TrueForAll(filter => Array.Exists(version.Values[filter.Parameter], value => filter.Accepts(value)));

    /// <param name="store">What is searched.</param>
    /// <param name="lag">The newest writes that are not seen; null: all are.</param>
    public List<StoredVersion> Run(ResourceStore store, IndexLag? lag = null)
    {
        var matches = (lag is null ? store.Candidates(this) : store.Before(lag, Type)).FindAll(Matches);
        var descending = sort is ['-', ..];
        var date = sort is null ? -1 : SearchParameters.IndexOf(Type, sort.TrimStart('-'));
        long Key(StoredVersion version) => date >= 0 && version.Values[date] is [var first, ..] ? first.Span.From : 0;
        return [.. descending
            ? matches.OrderByDescending(Key).ThenByDescending(version => version.Sequence)
            : matches.OrderBy(Key).ThenBy(version => version.Sequence)];
    }

    private void Add(string name, string value)
    {
        switch (name)
        {
            case "_count":
                Count = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : throw Malformed(name);
                break;
            case "_summary" when value == "count":
                CountOnly = true;
                break;
            case "_sort" when IsDate(value.TrimStart('-')):
                sort = value;
                break;
            default:
                if (!Presentation.Contains(name) && !TryFilter(name, value)) Unknown ??= name;
                return;
        }

        Remember(name, value);
    }

    private bool IsDate(string name) =>
        SearchParameters.IndexOf(Type, name) is >= 0 and var index && SearchParameters.Of(Type)[index].Kind == SearchKind.Date;

    private bool TryFilter(string nameAndModifier, string value)
    {
        var name = nameAndModifier.Split(':')[0];
        var index = SearchParameters.IndexOf(Type, name);
        if (index < 0) return false;
        if (name.Length != nameAndModifier.Length) throw FhirProblemException.Invalid($"The modifier of {nameAndModifier} is not supported");
        var values = Split(value, ',');
        filters.Add((index, Filter(SearchParameters.Of(Type)[index], values)));
        Remember(name, value);
        return true;
    }

    private void Remember(string name, string value) => applied.Add($"{name}={Uri.EscapeDataString(value)}");

    private Func<IndexedValue, bool> Filter(SearchParameter parameter, List<string> values) => parameter.Kind switch
    {
        SearchKind.Token => Tokens(parameter.Name, values),
        SearchKind.Reference => References(parameter.Name, values),
        SearchKind.Date => Dates(parameter.Name, values),
        _ => Among([.. values.Select(Unescape)]),
    };

    private Func<IndexedValue, bool> Tokens(string name, List<string> values)
    {
        var tokens = values.ConvertAll(value => Split(value, '|').ConvertAll(Unescape));
        if (name == "_id") Ids ??= tokens.ConvertAll(token => token[^1]);
        if (name == "identifier" && tokens.TrueForAll(token => token is [_, not ""])) Identifiers ??= tokens.ConvertAll(token => string.Join('|', token));
        var codes = tokens.Where(token => token is [_]).Select(token => token[0]).ToFrozenSet(StringComparer.Ordinal);
        var exact = tokens.Where(token => token is [_, not ""]).Select(token => (token[0], token[1])).ToFrozenSet();
        var systems = tokens.Where(token => token is [_, ""]).Select(token => token[0]).ToFrozenSet(StringComparer.Ordinal);
        return value => exact.Contains((value.System ?? "", value.Text)) || codes.Contains(value.Text) || systems.Contains(value.System ?? "");
    }

    private Func<IndexedValue, bool> References(string name, List<string> values)
    {
        var references = values.ConvertAll(value => Unescape(value) is var id && id.Contains('/', StringComparison.Ordinal) ? SearchParameters.Relative(id) : "Patient/" + id);
        if (name is "patient" or "subject" && references.TrueForAll(reference => reference.StartsWith("Patient/", StringComparison.Ordinal))) Patients ??= references;
        return Among(references);
    }

    private static Func<IndexedValue, bool> Among(List<string> texts)
    {
        var set = texts.ToFrozenSet(StringComparer.Ordinal);
        return value => set.Contains(value.Text);
    }

    private Func<IndexedValue, bool> Dates(string name, List<string> values)
    {
        var bounds = values.ConvertAll(value => DateBound(name, value));
        if (name == "_lastUpdated" && bounds is [("ge" or "gt", var since)]) UpdatedSince = new DateTimeOffset(since.From, TimeSpan.Zero).AddMilliseconds(-1);
        return value => bounds.Exists(bound => value.Span.Matches(bound.Prefix, bound.Span));
    }

    private static (string Prefix, FhirTimeSpan Span) DateBound(string name, string value)
    {
        var prefixed = value.Length > 2 && char.IsAsciiLetterLower(value[0]);
        var prefix = prefixed ? value[..2] : "eq";
        if (prefix is not ("eq" or "ne" or "gt" or "ge" or "lt" or "le" or "sa" or "eb")) throw Malformed(name);
        return (prefix, FhirTimeSpan.Parse(prefixed ? value[2..] : value) ?? throw Malformed(name));
    }

    private static FhirProblemException Malformed(string name) => FhirProblemException.Invalid($"The value of {name} cannot be read");

    /// <summary>Splits at a separator that is not escaped with a backslash; the parts stay escaped.</summary>
    private static List<string> Split(string text, char separator)
    {
        List<string> parts = [];
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == separator)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++) plain.Append(text[i] == '\\' && i + 1 < text.Length ? text[++i] : text[i]);
        return plain.ToString();
    }
}
