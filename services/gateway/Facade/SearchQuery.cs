using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>One token of an identifier search; a null part matches anything.</summary>
internal readonly record struct IdentifierToken(string? System, string? Value);

/// <summary>A search as asked: every condition must hold, the values within one are alternatives.</summary>
internal sealed record SearchQuery(string Type)
{
    public const int DefaultCount = 50;
    public const int MaxCount = 200;

    /// <summary>Search parameters that both types know, as the capability statement tells them.</summary>
    public static readonly IReadOnlyList<(string Name, string Kind, string Text)> Parameters =
    [
        ("_id", "token", "Logical id"),
        ("_lastUpdated", "date", "Prefixes eq, gt, lt, ge, le, sa, eb; without an offset UTC"),
        ("patient", "reference", "Patient, as {id} or Patient/{id}"),
        ("subject", "reference", "The same as patient"),
        ("identifier", "token", "Business identifier"),
        ("namespace", "token", "Namespace of the source; needed with patient or subject when several sources have the same id"),
    ];

    /// <summary>The parameters to repeat in links, without the cursor.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Asked { get; init; } = [];

    public IReadOnlyCollection<string>? Ids { get; private set; }

    public IReadOnlyCollection<string>? PatientIds { get; private set; }

    public IReadOnlyList<IReadOnlyList<IdentifierToken>> Identifiers { get; private set; } = [];

    public string? Namespace { get; private set; }

    public long? FromTicks { get; private set; }

    public long? ToTicks { get; private set; }

    public int Count { get; private set; } = DefaultCount;

    /// <summary>Only what was updated after this, in UTC ticks: the place of the last entry of the page before.</summary>
    public long After { get; private set; }

    /// <summary>Reads the query string.</summary>
    /// <param name="type">The resource type.</param>
    /// <param name="parameters">The query string.</param>
    /// <param name="query">The search; null when it is refused.</param>
    /// <returns>The refusal, or null.</returns>
    public static FhirIssue? Parse(string type, IQueryCollection parameters, out SearchQuery? query)
    {
        query = null;
        var pairs = parameters.SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value ?? "")).ToList();
        var search = new SearchQuery(type) { Asked = [.. pairs.Where(pair => pair.Key != "_cursor")] };
        foreach (var (name, value) in pairs)
        {
            if (search.Add(name, value) is { } issue) return issue;
        }
        query = search;
        return null;
    }

    /// <summary>The query string of a link to this search, or to its page after a place.</summary>
    public string Link(long? after = null)
    {
        var pairs = Asked.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}");
        return string.Join('&', after is { } place ? pairs.Append("_cursor=" + Cursor(place)) : pairs);
    }

    private FhirIssue? Add(string name, string value)
    {
        switch (name)
        {
            case "_id":
                Ids = Both(Ids, Values(value));
                return null;
            case "identifier":
                Identifiers = [.. Identifiers, [.. Values(value).Select(Token)]];
                return null;
            case "namespace":
                Namespace = value;
                return null;
            case "_format":
                return null;
            case "patient" or "subject":
                return AddPatients(name, value);
            case "_lastUpdated":
                return AddLastUpdated(value);
            case "_sort":
                return value == "_lastUpdated" ? null : FhirIssue.BadValue(name, "The only order is _lastUpdated.");
            case "_count":
                return AddCount(value);
            case "_cursor":
                return AddCursor(value);
            default:
                return FhirIssue.UnknownParameter(name);
        }
    }

    private FhirIssue? AddPatients(string name, string value)
    {
        var ids = new List<string>();
        foreach (var reference in Values(value))
        {
            var id = reference.StartsWith("Patient/", StringComparison.Ordinal) ? reference["Patient/".Length..] : reference;
            if (id.Length == 0 || id.Contains('/', StringComparison.Ordinal))
                return FhirIssue.BadValue(name, "A patient is asked for as {id} or Patient/{id}.");
            ids.Add(id);
        }
        PatientIds = Both(PatientIds, ids);
        return null;
    }

    private FhirIssue? AddLastUpdated(string value)
    {
        if (!DateBounds.TryParse(value, out var range))
            return FhirIssue.BadValue("_lastUpdated", "Not a date with one of the prefixes eq, gt, lt, ge, le, sa, eb.");
        (FromTicks, ToTicks) = new TickRange(FromTicks, ToTicks).And(range);
        return null;
    }

    private FhirIssue? AddCount(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
            return FhirIssue.BadValue("_count", "A page has at least one entry.");
        Count = Math.Min(count, MaxCount);
        return null;
    }

    private FhirIssue? AddCursor(string value)
    {
        if (!Base64Url.IsValid(value)
            || !long.TryParse(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(value)), NumberStyles.None, CultureInfo.InvariantCulture, out var after))
            return FhirIssue.BadValue("_cursor", "This is not the cursor of a link of ours.");
        After = after;
        return null;
    }

    private static string Cursor(long after) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(after.ToString(CultureInfo.InvariantCulture)));

    private static IReadOnlyCollection<string> Both(IReadOnlyCollection<string>? known, IEnumerable<string> more) =>
        known is null ? [.. more] : [.. known.Intersect(more, StringComparer.Ordinal)];

    private static IdentifierToken Token(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? new(null, text) : new(text[..bar], bar == text.Length - 1 ? null : text[(bar + 1)..]);
    }

    /// <summary>The comma-separated alternatives of a value; a backslash takes the meaning from the character after it.</summary>
    private static List<string> Values(string value)
    {
        var values = new List<string>();
        var current = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length) current.Append(value[++i]);
            else if (value[i] != ',') current.Append(value[i]);
            else
            {
                values.Add(current.ToString());
                current.Clear();
            }
        }
        values.Add(current.ToString());
        return values;
    }
}
