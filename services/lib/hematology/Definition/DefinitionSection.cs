using System.Text.Json;

namespace CarT.Fhir.Hematology;

/// <summary>
/// One JSON object of a definition while it is read. Every fault is collected and reading goes on with a harmless value, so that an author sees
/// all faults at once; the caller throws the result away when there is any.
/// </summary>
internal sealed class DefinitionSection(JsonElement element, string path, List<string> faults)
{
    private const decimal LeastOfAnything = 0.001m;
    private const decimal MostOfAnything = 1_000_000_000;

    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public int Int(string name, int min = 0, int max = 100_000)
    {
        if (!Find(name, JsonValueKind.Number, "a whole number", out var value)) return min;
        if (value.TryGetDecimal(out var number) && decimal.IsInteger(number) && number >= min && number <= max) return (int)number;
        faults.Add($"{PathOf(name)}: must be a whole number from {min} to {max}");
        return min;
    }

    /// <summary>A dose, a count or a multiple. The bounds keep out what is a slip of the unit or cannot be held exactly.</summary>
    public decimal Positive(string name, decimal max = MostOfAnything)
    {
        if (!Find(name, JsonValueKind.Number, "a number", out var value)) return 1;
        if (value.TryGetDecimal(out var number) && number >= LeastOfAnything && number <= max) return number;
        faults.Add($"{PathOf(name)}: must be a number from {LeastOfAnything} to {max}");
        return 1;
    }

    public string Text(string name)
    {
        if (!Find(name, JsonValueKind.String, "a text", out var value)) return "";
        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text)) faults.Add($"{PathOf(name)}: must not be empty");
        return text;
    }

    public string OneOf(string name, params ReadOnlySpan<string> allowed)
    {
        if (!Find(name, JsonValueKind.String, "a text", out var value)) return allowed[0];
        var text = value.GetString()!;
        if (allowed.Contains(text)) return text;
        faults.Add($"{PathOf(name)}: must be one of {string.Join(", ", allowed)}");
        return allowed[0];
    }

    public bool YesOrNo(string name)
    {
        if (!Lookup(name, out var value)) return false;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) faults.Add($"{PathOf(name)}: must be true or false");
        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A list of texts, in which nothing else is allowed where something is.</summary>
    public IReadOnlyList<string> Texts(string name, params ReadOnlySpan<string> allowed)
    {
        if (!Find(name, JsonValueKind.Array, "a list of texts", out var value)) return [];
        var texts = new List<string>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            var text = item.ValueKind == JsonValueKind.String ? item.GetString()! : null;
            if (string.IsNullOrWhiteSpace(text)) faults.Add($"{PathOf(name)}[{texts.Count}]: must be a text that is not empty");
            else if (allowed.Length > 0 && !allowed.Contains(text)) faults.Add($"{PathOf(name)}[{texts.Count}]: must be one of {string.Join(", ", allowed)}");
            texts.Add(text ?? "");
        }

        return texts;
    }

    public T Section<T>(string name, Func<DefinitionSection, T> read)
    {
        var found = Find(name, JsonValueKind.Object, "an object", out var value);
        return Read(found ? value : Empty, PathOf(name), found ? faults : [], read);
    }

    public IReadOnlyList<T> Sections<T>(string name, Func<DefinitionSection, T> read)
    {
        if (!Find(name, JsonValueKind.Array, "a list", out var value)) return [];
        var index = 0;
        var sections = new List<T>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            var itemPath = $"{PathOf(name)}[{index++}]";
            if (item.ValueKind == JsonValueKind.Object) sections.Add(Read(item, itemPath, faults, read));
            else faults.Add($"{itemPath}: must be an object");
        }

        return sections;
    }

    public static T Read<T>(JsonElement element, string path, List<string> faults, Func<DefinitionSection, T> read)
    {
        var section = new DefinitionSection(element, path, faults);
        var result = read(section);
        foreach (var property in element.EnumerateObject().Where(p => !section.known.Contains(p.Name)))
            faults.Add($"{section.PathOf(property.Name)}: is not a parameter of this protocol");
        return result;
    }

    private static JsonElement Empty { get; } = JsonElement.Parse("{}");

    private string PathOf(string name) => path.Length == 0 ? name : path + "." + name;

    private bool Find(string name, JsonValueKind kind, string expected, out JsonElement value)
    {
        if (!Lookup(name, out value)) return false;
        if (value.ValueKind == kind) return true;
        faults.Add($"{PathOf(name)}: must be {expected}");
        return false;
    }

    private bool Lookup(string name, out JsonElement value)
    {
        known.Add(name);
        if (element.TryGetProperty(name, out value)) return true;
        faults.Add($"{PathOf(name)}: is missing");
        return false;
    }
}
