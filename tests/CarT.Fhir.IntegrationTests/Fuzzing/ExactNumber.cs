using System.Globalization;
using System.Numerics;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>A decimal number of any length: digits times a power of ten, without trailing zeros, so that equal numbers are equal values.</summary>
internal readonly record struct ExactNumber(BigInteger Digits, BigInteger Exponent)
{
    /// <summary>The number of a JSON token.</summary>
    internal static ExactNumber Of(string token)
    {
        var mark = token.IndexOfAny(['e', 'E']);
        var exponent = mark < 0 ? BigInteger.Zero : BigInteger.Parse(token.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var number = mark < 0 ? token : token[..mark];
        var point = number.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0) exponent -= number.Length - point - 1;
        var digits = number.Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimEnd('0');
        return significant is "" or "-"
            ? new ExactNumber(BigInteger.Zero, BigInteger.Zero)
            : Normal(BigInteger.Parse(significant, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), exponent + (digits.Length - significant.Length));
    }

    internal static ExactNumber Of(decimal number) => Of(number.ToString(CultureInfo.InvariantCulture));

    internal ExactNumber Times(decimal factor)
    {
        var other = Of(factor);
        return Normal(Digits * other.Digits, Exponent + other.Exponent);
    }

    /// <summary>How many digits the token has from its first that is not zero.</summary>
    internal static int Significant(string token) =>
        token.Split('e', 'E')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('-', '0').Length;

    private static ExactNumber Normal(BigInteger digits, BigInteger exponent)
    {
        if (digits.IsZero) return new ExactNumber(BigInteger.Zero, BigInteger.Zero);
        for (; digits % 10 == 0; digits /= 10) exponent++;
        return new ExactNumber(digits, exponent);
    }
}
