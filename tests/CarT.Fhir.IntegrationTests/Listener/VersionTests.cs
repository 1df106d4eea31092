using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.Listener.Reconciling;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>P3.2 at the listener: what cannot be ordered is read at the source, so that what stands there wins.</summary>
public sealed class VersionTests
{
    [Fact]
    public async Task P3_2_Of_two_contents_of_one_version_the_one_that_stands_at_the_source_is_read()
    {
        await using var bench = await PollBench.OpenAsync();
        var standing = bench.Ehr.Put(Platelets(12)).ToJson().ToJsonString();
        await bench.PushAsync(standing.Replace("12", "13", StringComparison.Ordinal));
        await bench.PushAsync(standing);

        var versions = await bench.VersionsOfAsync("Observation/a");
        Assert.Equal([13000m, 12000m], versions.Select(version => version.CellCounts[0].Value));
        Assert.Null(versions[0].ReadAt);
        Assert.Equal(bench.Time.GetUtcNow(), versions[1].ReadAt);

        await bench.PushAsync(standing.Replace("12", "13", StringComparison.Ordinal));
        Assert.Equal(12000, (await bench.VersionsOfAsync("Observation/a"))[^1].CellCounts[0].Value);
    }

    [Fact]
    public async Task P3_2_Two_contents_with_one_time_are_read_at_a_source_that_orders_by_time()
    {
        await using var bench = await PollBench.OpenAsync(new() { ["VersionOrder"] = "lastUpdated" });
        var first = bench.Ehr.Put(Platelets(12)).ToJson().ToJsonString();
        var second = bench.Ehr.Put(Platelets(120)).ToJson().ToJsonString();
        await bench.PushAsync(second);
        await bench.PushAsync(first);

        var last = (await bench.VersionsOfAsync("Observation/a"))[^1];
        Assert.Equal((120000m, true), (last.CellCounts[0].Value, last.ReadAt is not null));
    }

    [Fact]
    [Trait("acceptance", "b")]
    public async Task P3_2_Versions_in_an_order_that_tells_are_taken_as_sent_whatever_the_order_of_arrival()
    {
        await using var bench = await PollBench.OpenAsync();
        var first = bench.Ehr.Put(Platelets(12)).ToJson().ToJsonString();
        var second = bench.Ehr.Put(Platelets(120)).ToJson().ToJsonString();
        await bench.PushAsync(second);
        await bench.PushAsync(first);
        await bench.PushAsync(second);

        Assert.Empty(bench.Wire.Requests);
        Assert.All(await bench.VersionsAsync(), version => Assert.Null(version.ReadAt));
    }

    [Fact]
    public async Task P3_2_What_comes_of_a_resource_that_the_source_did_not_have_is_read_there()
    {
        await using var bench = await PollBench.OpenAsync();
        var sent = bench.Ehr.Put(Platelets(12)).ToJson().ToJsonString();
        bench.Ehr.Delete("Observation", "a");
        await bench.PushAsync("""{"resourceType":"Bundle","type":"history","entry":[{"fullUrl":"Observation/a"}]}""");
        await bench.PushAsync(sent);

        Assert.All(await bench.VersionsOfAsync("Observation/a"), version => Assert.True(version is { Retracted: true, ReadAt: not null }));
    }

    [Theory]
    [InlineData("1", 0, "2", 0, true, nameof(VersionRelation.Newer))]
    [InlineData("10", 0, "9", 5, true, nameof(VersionRelation.Older))]
    [InlineData("10", 0, "9", 5, false, nameof(VersionRelation.Newer))]
    [InlineData("1", 0, "1", 5, true, nameof(VersionRelation.NotOrdered))]
    [InlineData("a", 0, "b", 5, true, nameof(VersionRelation.Newer))]
    [InlineData("a", 0, "b", 0, true, nameof(VersionRelation.NotOrdered))]
    [InlineData("1", 0, "2", 0, false, nameof(VersionRelation.NotOrdered))]
    [InlineData(null, null, "2", 0, true, nameof(VersionRelation.NotOrdered))]
    [InlineData("1", 0, null, 5, true, nameof(VersionRelation.Newer))]
    [InlineData("1", null, "2", null, false, nameof(VersionRelation.NotOrdered))]
    public void P3_2_The_declared_order_tells_or_does_not(
        string? knownId, int? knownAt, string? arrivingId, int? arrivingAt, bool numeric, string relation)
    {
        var expected = Enum.Parse<VersionRelation>(relation);
        var known = new KnownVersion("Observation/a", knownId, knownAt, "x", null, 0);
        var arriving = new KnownVersion("Observation/a", arrivingId, arrivingAt, "y", null, 0);
        Assert.Equal(expected, known.RelationOf(arriving, numeric));
        Assert.Equal(VersionRelation.Same, known.RelationOf(known, numeric));
        var back = expected switch { VersionRelation.Newer => VersionRelation.Older, VersionRelation.Older => VersionRelation.Newer, _ => expected };
        Assert.Equal(back, arriving.RelationOf(known, numeric));
    }

    private static System.Text.Json.Nodes.JsonObject Platelets(decimal thousands) =>
        Clinical.Platelets("p1", "a", new DateTimeOffset(2026, 3, 1, 6, 0, 0, TimeSpan.Zero), thousands);
}
