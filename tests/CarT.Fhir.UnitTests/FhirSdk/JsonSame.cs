using System.Globalization;
using System.Text.Json;

namespace CarT.Fhir.UnitTests.FhirSdk;

/// <summary>Compares JSON: members in any order, numbers digit by digit, instants as moments ("Z" is "+00:00").</summary>
internal static class JsonSame
{
    public static void Assert(string expected, string actual)
    {
        using var left = JsonDocument.Parse(expected);
        using var right = JsonDocument.Parse(actual);
        Xunit.Assert.Equal([], Differences("$", left.RootElement, right.RootElement));
    }

    private static IEnumerable<string> Differences(string path, JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind) return [$"{path}: {expected.ValueKind} became {actual.ValueKind}"];
        return expected.ValueKind switch
        {
            JsonValueKind.Object => OfObjects(path, expected, actual),
            JsonValueKind.Array => OfArrays(path, expected, actual),
            JsonValueKind.String when IsSameText(expected.GetString()!, actual.GetString()!) => [],
            _ when expected.GetRawText() == actual.GetRawText() => [],
            _ => [$"{path}: {expected.GetRawText()} became {actual.GetRawText()}"],
        };
    }

    private static IEnumerable<string> OfObjects(string path, JsonElement expected, JsonElement actual)
    {
        foreach (var member in expected.EnumerateObject())
        {
            if (!actual.TryGetProperty(member.Name, out var other)) yield return $"{path}.{member.Name} is lost";
            else foreach (var difference in Differences($"{path}.{member.Name}", member.Value, other)) yield return difference;
        }
        foreach (var member in actual.EnumerateObject().Where(member => !expected.TryGetProperty(member.Name, out _))) yield return $"{path}.{member.Name} is new";
    }

    private static IEnumerable<string> OfArrays(string path, JsonElement expected, JsonElement actual) =>
        expected.GetArrayLength() != actual.GetArrayLength()
            ? [$"{path}: {expected.GetArrayLength()} items became {actual.GetArrayLength()}"]
            : expected.EnumerateArray().Zip(actual.EnumerateArray()).SelectMany((pair, index) => Differences($"{path}[{index}]", pair.First, pair.Second));

    private static bool IsSameText(string expected, string actual) => expected == actual
        || (TryMoment(expected, out var left) && TryMoment(actual, out var right) && left.EqualsExact(right));

    private static bool TryMoment(string text, out DateTimeOffset moment)
    {
        moment = default;
        return text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
    }
}
