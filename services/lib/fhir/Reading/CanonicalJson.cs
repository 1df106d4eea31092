using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace CarT.Fhir.R4.Reading;

/// <summary>
/// Writes the canonical form of JSON (<see cref="ContentHash"/>) into a buffer of the length of that JSON: the form is never longer, since it
/// has no white space and the shortest of each escape.
/// </summary>
internal ref struct CanonicalJson(Span<byte> output)
{
    private const byte Quote = (byte)'"', Escape = (byte)'\\';

    /// <summary>What FHIR R4 has in meta.</summary>
    private static readonly string[] MembersOfMeta = ["id", "extension", "versionId", "lastUpdated", "source", "profile", "security", "tag"];

    private readonly Span<byte> output = output;

    internal int Length { get; private set; }

    internal void WriteResource(JsonElement resource) => WriteObject(resource, isResource: true);

    private void Write(JsonElement element, bool isMeta = false)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(element, isMeta: isMeta);
                break;
            case JsonValueKind.Array:
                WriteArray(element);
                break;
            case JsonValueKind.String when JsonMarshal.GetRawUtf8Value(element).Contains(Escape):
                WriteText(element.GetString()!);
                break;
            default:
                // A number as received; a text without escapes, whose raw form with its quotes is the canonical one.
                Copy(JsonMarshal.GetRawUtf8Value(element));
                break;
        }
    }

    private void WriteObject(JsonElement element, bool isResource = false, bool isMeta = false)
    {
        var members = ArrayPool<JsonProperty>.Shared.Rent(element.GetPropertyCount());
        var count = 0;
        foreach (var member in element.EnumerateObject())
        {
            if (!isMeta || IsOfMeta(member)) members[count++] = member;
        }
        Array.Sort(members, 0, count, ByName.Ordinal);
        Put((byte)'{');
        for (var i = 0; i < count; i++)
        {
            if (i > 0) Put((byte)',');
            WriteName(members[i]);
            Put((byte)':');
            Write(members[i].Value, isMeta: isResource && members[i].NameEquals("meta"u8));
        }
        Put((byte)'}');
        ArrayPool<JsonProperty>.Shared.Return(members, clearArray: true);
    }

    private static bool IsOfMeta(JsonProperty member)
    {
        foreach (var name in MembersOfMeta)
        {
            if (member.NameEquals(name)) return true;
        }
        return false;
    }

    private void WriteArray(JsonElement element)
    {
        var isFirst = true;
        Put((byte)'[');
        foreach (var item in element.EnumerateArray())
        {
            if (!isFirst) Put((byte)',');
            isFirst = false;
            Write(item);
        }
        Put((byte)']');
    }

    private void WriteName(JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (raw.Contains(Escape))
        {
            WriteText(member.Name);
            return;
        }
        Put(Quote);
        Copy(raw);
        Put(Quote);
    }

    /// <summary>A text that came with escapes, written with those alone that JSON demands.</summary>
    private void WriteText(string text)
    {
        Put(Quote);
        var plain = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (EscapeOf(text[i]) is not { } escape) continue;
            Encode(text.AsSpan(plain, i - plain));
            Encode(escape);
            plain = i + 1;
        }
        Encode(text.AsSpan(plain));
        Put(Quote);
    }

    private static string? EscapeOf(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' => $"\\u{(int)c:x4}",
        _ => null,
    };

    private void Put(byte value) => output[Length++] = value;

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output[Length..]);
        Length += bytes.Length;
    }

    private void Encode(ReadOnlySpan<char> text) => Length += Encoding.UTF8.GetBytes(text, output[Length..]);

    private sealed class ByName : IComparer<JsonProperty>
    {
        internal static ByName Ordinal { get; } = new();

        /// <summary>UTF-16 order, which is that of the bytes where the names are plain.</summary>
        public int Compare(JsonProperty x, JsonProperty y)
        {
            var left = JsonMarshal.GetRawUtf8PropertyName(x);
            var right = JsonMarshal.GetRawUtf8PropertyName(y);
            return IsPlain(left) && IsPlain(right) ? left.SequenceCompareTo(right) : string.CompareOrdinal(x.Name, y.Name);
        }

        private static bool IsPlain(ReadOnlySpan<byte> name) => Ascii.IsValid(name) && !name.Contains(Escape);
    }
}
