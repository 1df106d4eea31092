using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CarT.Fhir.Hematology;

/// <summary>
/// The canonical form of a JSON document: UTF-8, keys in ordinal order, no white space, numbers as written, only the escapes that JSON demands and
/// the shortest of each.
/// </summary>
internal static class CanonicalJson
{
    /// <summary><c>sha256:</c> and the lower-case hex of the form.</summary>
    /// <exception cref="InvalidOperationException">A text or a name is no Unicode: broken UTF-8, or half of a surrogate pair.</exception>
    public static string Hash(JsonElement element)
    {
        var form = new StringBuilder();
        Write(form, element);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(form.ToString())));
    }

    private static void Write(StringBuilder form, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(form, element);
                break;
            case JsonValueKind.Array:
                WriteArray(form, element);
                break;
            case JsonValueKind.String:
                WriteText(form, element.GetString()!);
                break;
            default:
                form.Append(element.GetRawText());
                break;
        }
    }

    private static void WriteObject(StringBuilder form, JsonElement element)
    {
        form.Append('{');
        var isFirst = true;
        foreach (var member in element.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal))
        {
            if (!isFirst) form.Append(',');
            isFirst = false;
            WriteText(form, member.Name);
            form.Append(':');
            Write(form, member.Value);
        }

        form.Append('}');
    }

    private static void WriteArray(StringBuilder form, JsonElement element)
    {
        form.Append('[');
        var isFirst = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!isFirst) form.Append(',');
            isFirst = false;
            Write(form, item);
        }

        form.Append(']');
    }

    /// <summary>By hand, since every encoder of the platform escapes more than JSON demands (emoji, U+2028, U+007F).</summary>
    private static void WriteText(StringBuilder form, string text)
    {
        form.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => form.Append('\\').Append(c),
                '\b' => form.Append("\\b"),
                '\f' => form.Append("\\f"),
                '\n' => form.Append("\\n"),
                '\r' => form.Append("\\r"),
                '\t' => form.Append("\\t"),
                < ' ' => form.Append("\\u").Append(((int)c).ToString("x4")),
                _ => form.Append(c),
            };
        }

        form.Append('"');
    }
}
