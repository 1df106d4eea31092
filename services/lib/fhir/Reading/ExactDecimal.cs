using System.Globalization;

namespace CarT.Fhir.R4.Reading;

/// <summary>
/// Whether a number of JSON can be held exactly. A decimal has 28 digits; what has more of them, or is smaller, would be rounded without a word,
/// 1e-400 to nothing at all.
/// </summary>
internal static class ExactDecimal
{
    private const int AlwaysExact = 28;

    /// <summary>True for a number that is held exactly, and for one that no decimal holds at all: that is an error when it is read.</summary>
    internal static bool Holds(ReadOnlySpan<byte> token)
    {
        if (token.Length <= AlwaysExact && token.IndexOfAny((byte)'e', (byte)'E') < 0) return true;
        return !decimal.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var held)
            || Normal(System.Text.Encoding.ASCII.GetString(token)) == Normal(held.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The digits from the first to the last that is not zero, the sign before them, and the power of ten behind them.</summary>
    private static (string Digits, long Exponent) Normal(string number)
    {
        var mark = number.IndexOfAny(['e', 'E']);
        var mantissa = mark < 0 ? number : number[..mark];
        var decimals = mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.Length - mantissa.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).TrimStart('0');
        var digits = all.TrimEnd('0');
        if (digits.Length == 0) return ("", 0);
        return ((number[0] == '-' ? "-" : "") + digits, ExponentOf(mark < 0 ? "0" : number[(mark + 1)..]) - decimals + all.Length - digits.Length);
    }

    private static long ExponentOf(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) ? exponent : int.MinValue;
}
