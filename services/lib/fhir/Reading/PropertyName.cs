using System.Text;
using System.Text.Json;

namespace CarT.Fhir.R4.Reading;

/// <summary>The name of a property where it stands in the document, UTF-8; copied only where it was sent with escapes.</summary>
internal readonly struct PropertyName : IEquatable<PropertyName>
{
    private readonly ReadOnlyMemory<byte> utf8;
    private readonly int hash;

    private PropertyName(ReadOnlyMemory<byte> utf8)
    {
        this.utf8 = utf8;
        var code = default(HashCode);
        code.AddBytes(utf8.Span);
        hash = code.ToHashCode();
        IsGiven = true;
    }

    /// <summary>False for the default, which is no name; an empty name is one.</summary>
    internal bool IsGiven { get; }

    /// <summary>The name at which the reader of <paramref name="json"/> stands; false when its escapes are no text (half of a surrogate pair).</summary>
    internal static bool TryRead(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, out PropertyName name)
    {
        name = default;
        if (reader.ValueIsEscaped && !JsonText.IsText(ref reader)) return false;
        name = new PropertyName(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length));
        return true;
    }

    internal ReadOnlySpan<byte> Utf8 => utf8.Span;

    internal bool Is(ReadOnlySpan<byte> text) => utf8.Length == text.Length && utf8.Span.SequenceEqual(text);

    public bool Equals(PropertyName other) => hash == other.hash && utf8.Length == other.utf8.Length && utf8.Span.SequenceEqual(other.utf8.Span);

    public override bool Equals(object? obj) => obj is PropertyName other && Equals(other);

    public override int GetHashCode() => hash;

    public override string ToString() => Encoding.UTF8.GetString(utf8.Span);
}

/// <summary>What JSON lets pass as a string and is no text.</summary>
internal static class JsonText
{
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
