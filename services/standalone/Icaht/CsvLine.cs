using System.Text;

namespace CarT.Fhir.Standalone.Icaht;

/// <summary>One line of a CSV file (RFC 4180), fields within one line.</summary>
internal static class CsvLine
{
    /// <summary>The fields without surrounding blanks and quotation marks; null when a quotation mark does not end.</summary>
    public static List<string>? Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (isQuoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[++i]);
            else if (c == '"') isQuoted = !isQuoted;
            else if (c == ',' && !isQuoted) Take();
            else field.Append(c);
        }

        Take();
        return isQuoted ? null : fields;

        void Take()
        {
            fields.Add(field.ToString().Trim());
            field.Clear();
        }
    }

    public static string Quote(string field) => field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
