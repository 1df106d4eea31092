using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Xunit;

namespace CarT.Fhir.UnitTests.R4;

public sealed class CodeSetsTests
{
    [Fact]
    public void P2_2_the_code_list_is_whole_and_unverified_codes_are_off_until_switched_on()
    {
        var shipped = CodeSets.Default;
        const string estimate = "http://loinc.org|49497-1";
        Assert.Null(shipped.Find(CodeSets.Loinc, "49497-1"));
        var extended = CodeSets.Load([estimate]);
        Assert.Equal(new Concept(ConceptKind.Count, Lineages.Platelets), extended.Find(CodeSets.Loinc, "49497-1")?.Concept);
        Assert.NotEqual(shipped.Hash, extended.Hash);
        Assert.Equal(shipped.Hash, CodeSets.Load([]).Hash);
        Assert.Equal(shipped.Entries.Count + 1, extended.Entries.Count);
        Assert.Throws<ArgumentException>(() => CodeSets.Load(["http://loinc.org|770-8"]));
        Assert.Null(shipped.Find(null, "751-8"));
    }

    [Fact]
    public void P2_2_the_subscription_asks_for_every_laboratory_code_that_is_read_and_for_no_look_alike()
    {
        var codes = CodeSets.Default.LoincForSubscription;
        Assert.Equal(codes.Order(StringComparer.Ordinal), codes);
        Assert.Superset(new HashSet<string> { "751-8", "777-3", "718-7", "59260-0", "1742-6", "1988-5", "2276-4", "7796-6" }, codes.ToHashSet());
        Assert.DoesNotContain("770-8", codes);
        Assert.DoesNotContain("6690-2", codes);
    }
}
