using System.Text;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>Changes of bytes that know nothing of JSON.</summary>
internal static class ByteMutations
{
    internal static byte[] Change(Random random, byte[] bytes)
    {
        if (bytes.Length == 0) return bytes;
        var at = random.Next(bytes.Length);
        var length = random.Next(1, Math.Min(40, bytes.Length - at) + 1);
        return random.Next(11) switch
        {
            0 => Flip(bytes, at, (byte)(1 << random.Next(8))),
            1 => [.. bytes[..at], .. bytes[(at + length)..]],
            2 => Insert(bytes, at, (byte)random.Next(256)),
            3 => Insert(bytes, at, bytes.AsSpan(at, length)),
            4 => bytes[..at],
            5 => Insert(bytes, at, 0xC3, 0x28),
            6 => Insert(bytes, at, 0xED, 0xA0, 0x80),
            7 => Insert(bytes, random.Next(2) == 0 ? 0 : at, 0xEF, 0xBB, 0xBF),
            8 => Insert(bytes, at, Encoding.UTF8.GetBytes(new string(random.Next(2) == 0 ? '[' : '{', random.Next(1, 300)))),
            9 => Insert(bytes, at, "{\"a\":\"1\",}[]:0e.-"u8[random.Next(17)]),
            _ => [.. bytes[..at], .. bytes[(at + length)..], .. bytes[at..(at + length)]],
        };
    }

    private static byte[] Flip(byte[] bytes, int at, byte mask)
    {
        var copy = bytes.ToArray();
        copy[at] ^= mask;
        return copy;
    }

    private static byte[] Insert(byte[] bytes, int at, params ReadOnlySpan<byte> more) => [.. bytes[..at], .. more, .. bytes[at..]];
}
