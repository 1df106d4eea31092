using System.Text.RegularExpressions;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>
/// A resource named in a notification: relative, or absolute under the base of the source. A foreign base names nothing and is never fetched.
/// </summary>
internal readonly partial record struct SourceReference(string Type, string Id)
{
    public override string ToString() => Type + "/" + Id;

    /// <summary>
    /// The resource that the text names, or null. A version suffix is dropped; the doubled type of some senders (<c>Observation/Observation/1</c>)
    /// is collapsed.
    /// </summary>
    /// <param name="text">A reference, a fullUrl or a request.url.</param>
    /// <param name="baseUrl">Base of the source, with a trailing slash.</param>
    public static SourceReference? Parse(string? text, Uri baseUrl)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            if (!text.StartsWith(baseUrl.AbsoluteUri, StringComparison.Ordinal)) return null;
            text = text[baseUrl.AbsoluteUri.Length..];
        }
        return TypeAndId().Match(text) is { Success: true } match ? new SourceReference(match.Groups["type"].Value, match.Groups["id"].Value) : null;
    }

    /// <summary>Whether the text can be the name of a resource type.</summary>
    public static bool IsType(string text) => text.Length is > 0 and <= 64 && char.IsAsciiLetterUpper(text[0]) && text.All(char.IsAsciiLetter);

    /// <summary>Whether the text is a FHIR id. Dots alone are none: in a URL they would name another place.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') && text.Any(c => c != '.');

    [GeneratedRegex(@"\A/?(?<type>[A-Z][A-Za-z]{0,63})/(\k<type>/)?(?<id>(?!\.+(/|\z))[A-Za-z0-9\-.]{1,64})(/_history/[A-Za-z0-9\-.]{1,64})?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeAndId();
}
