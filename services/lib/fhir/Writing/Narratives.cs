using System.Text;
using System.Xml;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>The narrative of a resource: plain text in one XHTML div, escaped, without characters that XML cannot hold.</summary>
internal static class Narratives
{
    internal static Narrative Of(string text) => new()
    {
        Status = Narrative.NarrativeStatus.Generated,
        Div = $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{Escape(text)}</div>",
    };

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                _ when rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) => escaped.Append(' '),
                _ => escaped.Append(rune.ToString()),
            };
        }
        return escaped.ToString();
    }
}
