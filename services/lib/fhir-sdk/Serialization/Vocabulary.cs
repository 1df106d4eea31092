using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Hl7.Fhir.Serialization;

/// <summary>Keeps the codes and system URIs that were read last, so that the same few words are not allocated again for every resource.</summary>
internal static class Vocabulary
{
    private const int SlotBits = 11;
    private const int LongestWord = 96;

    // A slot is one reference: written and read atomically, and any string found in it is checked before it is used.
    private static readonly string?[] Words = new string?[1 << SlotBits];

    /// <summary>The string at which the reader stands.</summary>
    /// <exception cref="InvalidOperationException">It is not UTF-8.</exception>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > LongestWord) return reader.GetString()!;
        ref var slot = ref Words[SlotOf(reader.ValueSpan)];
        return slot is { } word && Ascii.Equals(reader.ValueSpan, word) ? word : slot = reader.GetString()!;
    }

    private static int SlotOf(ReadOnlySpan<byte> utf8)
    {
        const uint Prime = 0x9E3779B1;
        var hash = (uint)utf8.Length;
        foreach (var part in MemoryMarshal.Cast<byte, uint>(utf8)) hash = (hash ^ part) * Prime;
        foreach (var part in utf8[^(utf8.Length % sizeof(uint))..]) hash = (hash ^ part) * Prime;
        return (int)(hash >> (32 - SlotBits));
    }
}
