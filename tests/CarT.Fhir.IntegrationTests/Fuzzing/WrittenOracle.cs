using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>
/// Says where a resource that was read and written holds something else than the bytes: every value that is written stands, digit by digit, at
/// the same place of what was sent. What the model does not know may be missing.
/// </summary>
internal static partial class WrittenOracle
{
    private const int DigitsOfADecimal = 28;

    internal static IEnumerable<string> Differences(JsonElement sent, JsonElement written, string path = "$")
    {
        if (sent.ValueKind != written.ValueKind) return [$"{path}: {sent.ValueKind} became {written.ValueKind}"];
        return written.ValueKind switch
        {
            JsonValueKind.Object => OfObjects(sent, written, path),
            JsonValueKind.Array => OfArrays(sent, written, path),
            JsonValueKind.Number when IsSameNumber(sent.GetRawText(), written.GetRawText()) => [],
            JsonValueKind.String when IsSameText(sent.GetString()!, written.GetString()!) => [],
            JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => [],
            _ => [$"{path}: {sent.GetRawText()} became {written.GetRawText()}"],
        };
    }

    private static IEnumerable<string> OfObjects(JsonElement sent, JsonElement written, string path)
    {
        foreach (var member in written.EnumerateObject())
        {
            var place = $"{path}.{member.Name}";
            var there = new Raw(sent).Members(member.Name).ToList();
            // A second companion in another case may hold nothing that is read.
            if (member.Name.StartsWith('_') && there.Exists(companion => !Differences(companion.Element, member.Value).Any())) continue;
            if (there.Count != 1) yield return $"{place}: was sent {there.Count} times";
            // A type is found in any case and written as it is called.
            else if (member.Name != "resourceType" || !string.Equals(there[0].Text, member.Value.GetString(), StringComparison.OrdinalIgnoreCase))
                foreach (var difference in Differences(there[0].Element, member.Value, place)) yield return difference;
        }
    }

    private static IEnumerable<string> OfArrays(JsonElement sent, JsonElement written, string path)
    {
        var isPadded = written.EnumerateArray().Skip(sent.GetArrayLength()).All(item => item.ValueKind == JsonValueKind.Null);
        if (sent.GetArrayLength() <= written.GetArrayLength() && isPadded)
            return sent.EnumerateArray().Zip(written.EnumerateArray()).SelectMany((pair, index) => Differences(pair.First, pair.Second, $"{path}[{index}]"));
        return path.EndsWith(".contained", StringComparison.Ordinal) && IsPartOf(sent, written)
            ? []
            : [$"{path}: {sent.GetArrayLength()} items became {written.GetArrayLength()}"];
    }

    /// <summary>Contained resources of a type that nobody knows are left out; the others keep their order.</summary>
    private static bool IsPartOf(JsonElement sent, JsonElement written)
    {
        var all = sent.EnumerateArray().ToList();
        var next = 0;
        foreach (var item in written.EnumerateArray())
        {
            next = all.FindIndex(next, candidate => !Differences(candidate, item).Any()) + 1;
            if (next == 0) return false;
        }
        return true;
    }

    private static bool IsSameNumber(string sent, string written) => sent == written
        || ((sent.Contains('e', StringComparison.OrdinalIgnoreCase) || ExactNumber.Significant(sent) > DigitsOfADecimal || IsZero(sent)) && ExactNumber.Of(sent) == ExactNumber.Of(written));

    /// <summary>The sign of -0 and zeros after the 28th decimal place carry no number.</summary>
    private static bool IsZero(string sent) => ExactNumber.Of(sent).Digits.IsZero;

    private static bool IsSameText(string sent, string written) => sent == written || IsSameMoment(sent, written) || IsSameBytes(sent, written);

    private static bool IsSameMoment(string sent, string written) => WrittenMoment().IsMatch(written) && TimeOracle.Parse(sent) is { } time
        && DateTimeOffset.Parse(written, CultureInfo.InvariantCulture) is var moment
        && Math.Abs(time.UtcTicks - moment.UtcTicks) <= 1 && time.OffsetMinutes.GetValueOrDefault() == (int)moment.Offset.TotalMinutes;

    private static bool IsSameBytes(string sent, string written)
    {
        var left = new byte[sent.Length];
        var right = new byte[written.Length];
        return Convert.TryFromBase64String(sent, left, out var length) && Convert.TryFromBase64String(written, right, out var other)
            && left.AsSpan(0, length).SequenceEqual(right.AsSpan(0, other));
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?[+-][0-9]{2}:[0-9]{2}\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WrittenMoment();
}
