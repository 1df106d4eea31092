using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.Protocol.Facts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>P3.2 at the protocol: of versions as sent, versions read at the source, and deletes, the same one stands whatever the order of arrival.</summary>
public sealed class VersionOrderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void P3_2_Of_a_tie_what_was_read_at_the_source_stands_and_is_not_ambiguous()
    {
        foreach (var arrivals in Permutations([Sent("1", "a"), Read("1", "b", 5), Sent("1", "c")]))
            Assert.Equal(("b", false), Outcome(arrivals));
        Assert.Equal(("b", true), Outcome([Sent("1", "a"), Sent("1", "b")]));
        Assert.Equal(("a", false), Outcome([Sent("1", "a"), Sent("1", "b"), Read("1", "a", 5)]));
        Assert.Equal(("b", false), Outcome([Sent("1", "a"), Sent("1", "b"), Read("1", "b", 5)]));
        Assert.Equal(("a", false), Outcome([Read("1", "a", 6), Read("1", "b", 5)]));
    }

    [Fact]
    public void P3_2_A_retraction_without_a_version_is_not_beaten_by_what_was_sent_before_it()
    {
        foreach (var arrivals in Permutations([Sent("2", "a"), Sent("3", "b"), Gone(5)])) Assert.Equal(("gone", false), Outcome(arrivals));
    }

    [Fact]
    public void P3_2_A_resource_that_stands_at_the_source_after_it_was_gone_is_back_also_with_the_very_version_that_was_known()
    {
        foreach (var arrivals in Permutations([Sent("2", "a"), Gone(5), Read("2", "a", 6)])) Assert.Equal(("a", false), Outcome(arrivals));
        foreach (var arrivals in Permutations([Read("3", "b", 4), Gone(5), Read("1", "c", 6)])) Assert.Equal(("c", false), Outcome(arrivals));
    }

    [Fact]
    public void P11_1_The_order_of_arrival_changes_nothing()
    {
        var random = new Random(20260301);
        for (var i = 0; i < 2000; i++)
        {
            var versions = Enumerable.Range(0, 4).Select(_ => Any(random)).ToList();
            foreach (var order in Enum.GetValues<VersionOrder>())
                Assert.Single(Permutations(versions).Select(arrivals => Outcome([.. arrivals, arrivals[0]], order)).Distinct());
        }
    }

    /// <summary>The content that stands after all have arrived, and whether that is a guess.</summary>
    private static (string Content, bool Ambiguous) Outcome(List<ResourceVersion> arrivals, VersionOrder order = VersionOrder.Numeric)
    {
        var stored = Supersession.First(arrivals[0]).Newest;
        var superseded = new Dictionary<(string, string?, DateTimeOffset?), ResourceVersion>();
        foreach (var arriving in arrivals.Skip(1))
        {
            var decision = Supersession.Decide(stored, [.. superseded.Values], arriving, order);
            foreach (var version in decision.Superseded) superseded[(version.ContentHash, version.VersionId, version.LastUpdated)] = version;
            stored = decision.Newest;
        }
        return (stored.Version.ContentHash, stored.Ambiguous);
    }

    private static IEnumerable<List<ResourceVersion>> Permutations(List<ResourceVersion> versions)
    {
        if (versions.Count <= 1) return [[.. versions]];
        return versions.SelectMany((first, i) => Permutations([.. versions.Where((_, j) => j != i)]).Select(rest => (List<ResourceVersion>)[first, .. rest]));
    }

    // One version has one content at its source, or two where a tie is meant.
    private static ResourceVersion Any(Random random)
    {
        int? readAt = random.Next(2) == 0 ? null : random.Next(1, 5);
        if (random.Next(4) == 0) return Gone(random.Next(1, 5));
        var id = random.Next(1, 4).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var version = Sent(id, id + "ab"[random.Next(2)]);
        return readAt is { } minutes ? version with { ReadAt = Noon.AddMinutes(minutes) } : version;
    }

    private static ResourceVersion Read(string id, string content, int minutes) => Sent(id, content) with { ReadAt = Noon.AddMinutes(minutes) };

    private static ResourceVersion Sent(string id, string content) => new()
    {
        Resource = new ResourceKey("main", "Observation", "o"),
        VersionId = id,
        LastUpdated = Noon.AddHours(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)),
        ContentHash = content,
        Patient = new PatientKey("main", "p"),
    };

    private static ResourceVersion Gone(int minutes) => new()
    {
        Resource = new ResourceKey("main", "Observation", "o"),
        ContentHash = "gone",
        Retracted = true,
        ReadAt = Noon.AddMinutes(minutes),
    };
}
