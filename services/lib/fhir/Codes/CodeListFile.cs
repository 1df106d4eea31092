using System.Text;

namespace CarT.Fhir.R4.Codes;

/// <summary>Reads the code list of the product (comma-separated, quoted where needed, comment lines with version and approver on top).</summary>
internal static class CodeListFile
{
    private const string Header = "concept,system,code,use,verified,display,source";

    internal sealed record Content(string Version, string ApprovedBy, IReadOnlyList<CodeEntry> Entries);

    /// <exception cref="InvalidDataException">The list that was built into the product is damaged.</exception>
    internal static Content Read()
    {
        using var stream = typeof(CodeListFile).Assembly.GetManifestResourceStream("codes/code-sets.csv")
            ?? throw new InvalidDataException("The code list is missing from the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var data = lines.SkipWhile(line => line.StartsWith('#')).ToList();
        if (data.Count == 0 || data[0] != Header) throw new InvalidDataException("The code list does not start with its header.");
        return new Content(Comment(lines, "version"), Comment(lines, "approved-by"), [.. data.Skip(1).Select(Entry)]);
    }

    private static string Comment(IEnumerable<string> lines, string name)
    {
        var prefix = $"# {name}: ";
        return lines.FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..]
            ?? throw new InvalidDataException($"The code list has no '{name}'.");
    }

    private static CodeEntry Entry(string line)
    {
        var fields = Fields(line);
        if (fields.Count != 7) throw new InvalidDataException($"Not seven fields: {line}");
        return new CodeEntry(ConceptOf(fields[0]), fields[1], fields[2], UseOf(fields[3]), fields[4], fields[5], fields[6]);
    }

    private static Concept ConceptOf(string field)
    {
        var parts = field.Split(':', 2);
        ConceptKind kind = parts[0] switch
        {
            "count" => ConceptKind.Count,
            "chemistry" => ConceptKind.Chemistry,
            "clumps" => ConceptKind.PlateletClumps,
            "other-lab" => ConceptKind.OtherLab,
            "drug" => ConceptKind.Drug,
            "car-t" => ConceptKind.CarT,
            "transfusion" => ConceptKind.Transfusion,
            _ => throw new InvalidDataException($"Unknown kind of concept: {field}"),
        };
        return new Concept(kind, parts[^1]);
    }

    private static CodeUse UseOf(string field) => field switch
    {
        "on" => CodeUse.On,
        "optional" => CodeUse.Optional,
        "look-alike" => CodeUse.LookAlike,
        _ => throw new InvalidDataException($"Unknown use of a code: {field}"),
    };

    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) Flush();
            else field.Append(c);
        }
        Flush();
        return fields;

        void Flush()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
