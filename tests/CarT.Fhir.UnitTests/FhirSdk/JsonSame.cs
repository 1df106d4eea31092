using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CarT.Fhir.UnitTests.FhirSdk;

/// <summary>One difference: where it is in the document, which element of which resource type that is, and what became of it.</summary>
internal sealed record Difference(string Path, string Element, string What)
{
    public override string ToString() => $"{Path} {What}";
}

/// <summary>
/// Compares JSON: members in any order, numbers digit by digit, instants as moments ("Z" is "+00:00"), base64 without its line breaks, every other text, partial dates among
/// them, as it stands. Of a resource whose type is not modelled only what all resources have in common counts.
/// </summary>
internal static partial class JsonSame
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension", "_id", "_implicitRules", "_language",
    };

    public static void Assert(string expected, string actual) =>
        Xunit.Assert.Equal([], Differences(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(actual)).Select(difference => difference.ToString()));

    /// <param name="expected">UTF-8 JSON as it was sent.</param>
    /// <param name="actual">UTF-8 JSON as it was written back.</param>
    /// <param name="isModelled">Whether a resource type has its elements in the model; all have when there is no such function.</param>
    public static IReadOnlyList<Difference> Differences(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, Func<string, bool>? isModelled = null)
    {
        using var left = JsonDocument.Parse(expected, Deep);
        using var right = JsonDocument.Parse(actual, Deep);
        return [.. new Comparison(isModelled ?? (_ => true)).Of(new Place("$", "$"), left.RootElement, right.RootElement)];
    }

    private readonly record struct Place(string Path, string Element)
    {
        internal Place Member(string name) => new($"{Path}.{name}", $"{Element}.{name}");

        internal Place Item(int index) => new($"{Path}[{index}]", Element);

        internal Difference Is(string what) => new(Path, Element, what);
    }

    private sealed class Comparison(Func<string, bool> isModelled)
    {
        internal IEnumerable<Difference> Of(Place place, JsonElement expected, JsonElement actual)
        {
            if (expected.ValueKind != actual.ValueKind) return [place.Is($"was {expected.ValueKind} and became {actual.ValueKind}")];
            return expected.ValueKind switch
            {
                JsonValueKind.Object => OfObjects(place, expected, actual),
                JsonValueKind.Array => OfArrays(place, expected, actual),
                JsonValueKind.String when IsSameText(expected.GetString()!, actual.GetString()!) => [],
                _ when expected.GetRawText() == actual.GetRawText() => [],
                _ => [place.Is($"was {expected.GetRawText()} and became {actual.GetRawText()}")],
            };
        }

        private IEnumerable<Difference> OfObjects(Place place, JsonElement expected, JsonElement actual)
        {
            var type = expected.TryGetProperty("resourceType", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
            if (type is not null) place = place with { Element = type };
            var isWhole = type is null || isModelled(type);
            foreach (var member in expected.EnumerateObject().Where(member => isWhole || Common.Contains(member.Name)))
            {
                if (!actual.TryGetProperty(member.Name, out var other)) yield return place.Member(member.Name).Is("is lost");
                else foreach (var difference in Of(place.Member(member.Name), member.Value, other)) yield return difference;
            }
            foreach (var member in actual.EnumerateObject().Where(member => !expected.TryGetProperty(member.Name, out _)))
                yield return place.Member(member.Name).Is("is new");
        }

        private IEnumerable<Difference> OfArrays(Place place, JsonElement expected, JsonElement actual) =>
            expected.GetArrayLength() != actual.GetArrayLength()
                ? [place.Is($"had {expected.GetArrayLength()} items and now has {actual.GetArrayLength()}")]
                : expected.EnumerateArray().Zip(actual.EnumerateArray()).SelectMany((pair, index) => Of(place.Item(index), pair.First, pair.Second));
    }

    private static bool IsSameText(string expected, string actual) => expected == actual
        || (TryMoment(expected, out var left) && TryMoment(actual, out var right) && left.EqualsExact(right))
        || IsSameBase64(expected, actual);

    /// <summary>Base64 may be broken into lines.</summary>
    private static bool IsSameBase64(string expected, string actual)
    {
        var unbroken = string.Concat(expected.Where(c => !char.IsWhiteSpace(c)));
        return unbroken.Length < expected.Length && unbroken == actual && Convert.TryFromBase64String(actual, new byte[actual.Length], out _);
    }

    private static bool TryMoment(string text, out DateTimeOffset moment)
    {
        moment = default;
        return MomentForm().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out moment);
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MomentForm();
}
