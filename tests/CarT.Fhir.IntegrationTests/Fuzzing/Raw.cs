using System.Text.Json;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>
/// A place in the JSON as it was sent. Names are looked up in any case, as the model does, but for the first part of a choice (value of
/// valueQuantity) and the type of a resource; of a name given twice nothing can be said, and the document is expected to be refused.
/// </summary>
internal readonly struct Raw(JsonElement element)
{
    private static readonly string[] Choices =
        ["value", "effective", "performed", "medication", "dose", "rate", "deceased", "collected", "asNeeded", "bounds", "multipleBirth", "occurred", "product", "scheduled", "time", "minimumVolume", "additive", "item"];

    internal JsonElement Element { get; } = element;

    internal bool IsThere => Element.ValueKind != JsonValueKind.Undefined;

    /// <summary>The text of a string; null for what is no text, such as half of a surrogate pair.</summary>
    internal string? Text => Element.ValueKind == JsonValueKind.String ? Readable(Element.GetString) : null;

    /// <summary>The token of a number.</summary>
    internal string? Number => Element.ValueKind == JsonValueKind.Number ? Element.GetRawText() : null;

    internal Raw this[string name] => Element.ValueKind == JsonValueKind.Object ? Members(name).FirstOrDefault() : default;

    /// <summary>The member of exactly that name: a Bundle is taken apart without the model.</summary>
    internal Raw Exactly(string name) => Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value) ? new Raw(value) : default;

    internal IReadOnlyList<Raw> Items => Element.ValueKind == JsonValueKind.Array ? [.. Element.EnumerateArray().Select(item => new Raw(item))] : [];

    internal IEnumerable<Raw> Members(string name)
    {
        var exact = name == "resourceType" ? name.Length : LengthOfChoice(name.TrimStart('_')) + name.Length - name.TrimStart('_').Length;
        return Element.EnumerateObject()
            .Where(member => NameOf(member) is { } found && found.Equals(name, StringComparison.OrdinalIgnoreCase) && string.CompareOrdinal(found, 0, name, 0, exact) == 0)
            .Select(member => new Raw(member.Value));
    }

    private static string? NameOf(JsonProperty member) => Readable(() => member.Name);

    private static string? Readable(Func<string?> text)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static int LengthOfChoice(string name) => name == "doseAndRate" ? 0
        : Array.Find(Choices, choice => name.Length > choice.Length && name.StartsWith(choice, StringComparison.Ordinal) && char.IsAsciiLetterUpper(name[choice.Length]))?.Length ?? 0;

    /// <summary>The first of several members that is there, for the forms of a choice.</summary>
    internal Raw First(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (this[name] is { IsThere: true } found) return found;
        }
        return default;
    }

    /// <summary>Whether this object has a member twice, or one whose name is no text.</summary>
    internal bool IsInDoubt => Element.EnumerateObject().Select(NameOf).OfType<string>().Distinct(StringComparer.Ordinal).Count() < Element.GetPropertyCount();

    /// <summary>Whether an object in here, at any depth, has a member twice.</summary>
    internal static bool HasNameTwice(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new Raw(element).IsInDoubt || element.EnumerateObject().Any(member => HasNameTwice(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HasNameTwice),
        _ => false,
    };
}
