using System.Text.Json;

namespace CarT.Fhir.R4.Reading;

/// <summary>Property names of one document, each kept once: a resource repeats few names often.</summary>
internal sealed class NameTable
{
    private const int LongestOnStack = 128;

    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;

    internal NameTable() => lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The unescaped property name at the reader; false when its escapes are no text (half of a surrogate pair).</summary>
    internal bool TryRead(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (reader.ValueIsEscaped && !IsText(ref reader)) return false;
        if (reader.ValueSpan.Length > LongestOnStack)
        {
            name = reader.GetString()!;
            return true;
        }
        Span<char> buffer = stackalloc char[LongestOnStack];
        var chars = buffer[..reader.CopyString(buffer)];
        if (!lookup.TryGetValue(chars, out name!))
        {
            name = chars.ToString();
            names.Add(name);
        }
        return true;
    }

    /// <summary>Whether the string at the reader is text: an escape can name half of a surrogate pair, which is no character.</summary>
    internal static bool IsText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return true;
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
