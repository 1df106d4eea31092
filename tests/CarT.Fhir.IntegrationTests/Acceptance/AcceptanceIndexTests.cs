using System.Reflection;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Acceptance;

/// <summary>The acceptance list of the interface with charting systems; each of its letters has a test that names it.</summary>
public sealed class AcceptanceIndexTests
{
    private const string TraitName = "acceptance";

    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["a"] = "the same event twenty times",
        ["b"] = "versions in reverse order",
        ["c"] = "a gap in the event numbers, then the late event",
        ["d"] = "event numbers that start again",
        ["e"] = "a handshake before the create has returned",
        ["f"] = "a Bundle of 10 MB or 1,000 entries",
        ["g"] = "the listener is down, then a poll repairs",
        ["h"] = "a correction from <0.1 to 1.1 closes the alert",
        ["i"] = "a retraction",
        ["j"] = "a patient is merged in the middle of an episode",
        ["k"] = "429 with both forms of Retry-After",
        ["l"] = "a time-out of a create, then verification",
        ["m"] = "412, several match",
        ["n"] = "a slow consumer holds back",
        ["o"] = "a poisoned resource is isolated",
        ["p"] = "a unit alias, an unknown unit",
        ["q"] = "half-open periods",
    };

    [Fact]
    public void Every_letter_of_the_acceptance_list_has_a_test()
    {
        var named = LettersWithTests();

        Assert.Equal([], Letters.Where(letter => !named.Contains(letter.Key)).Select(letter => $"{letter.Key}: {letter.Value}"));
    }

    [Fact]
    public void No_test_names_a_letter_that_is_not_on_the_acceptance_list() => Assert.Equal([], LettersWithTests().Except(Letters.Keys));

    private static HashSet<string> LettersWithTests() =>
        [.. typeof(AcceptanceIndexTests).Assembly.GetTypes().SelectMany(LettersOf)];

    // A trait of a class is one of each of its tests.
    private static IEnumerable<string> LettersOf(Type type)
    {
        var tests = type.GetMethods(BindingFlags.Instance | BindingFlags.Public)
            .Where(method => method.GetCustomAttribute<FactAttribute>() is { Skip: null }).ToList();
        return tests.Count == 0 ? [] : tests.Append<MemberInfo>(type).SelectMany(TraitsOf);
    }

    private static IEnumerable<string> TraitsOf(MemberInfo member) =>
        member.GetCustomAttributes<TraitAttribute>().Where(trait => trait.Name == TraitName).Select(trait => trait.Value);
}
