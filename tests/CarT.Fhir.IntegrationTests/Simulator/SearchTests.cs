using System.Diagnostics;
using System.Net;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

public sealed class SearchTests
{
    [Theory]
    [InlineData("patient=p1", "a,b,c")]
    [InlineData("patient=Patient/p2", "d")]
    [InlineData("subject=Patient/p2", "d")]
    [InlineData("code=http://loinc.org|777-3", "b,d")]
    [InlineData("code=http://loinc.org|777-3,http://loinc.org|718-7&patient=p1", "b,c")]
    [InlineData("code=751-8", "a")]
    [InlineData("code=urn:other|751-8", "")]
    [InlineData("status=preliminary", "c")]
    [InlineData("_id=a,d", "a,d")]
    [InlineData("date=2026-02-02", "b")]
    [InlineData("date=ge2026-02-02&date=lt2026-02-04", "b,c")]
    [InlineData("date=gt2026-02-03", "d")]
    [InlineData("date=le2026-02-01", "a")]
    [InlineData("date=2026-02", "a,b,c,d")]
    [InlineData("_sort=-date", "d,c,b,a")]
    [InlineData("_lastUpdated=gt2026-02-01T10:00:00Z", "d")]
    [InlineData("_lastUpdated=ge2026-02-01T10:00:00Z", "c,d")]
    [InlineData("_lastUpdated=ge2026-02-01T09:00:00Z&_lastUpdated=lt2026-02-01T11:00:00Z", "b,c")]
    [InlineData("_lastUpdated=ge2026-02-01T11:00:00%2B01:00&patient=p1", "c")]
    [InlineData("_sort=-_lastUpdated&_lastUpdated=le2026-02-01T10:00:00Z", "c,b,a")]
    [InlineData("no-such-parameter=1&patient=p2", "d")]
    public async Task A_search_finds_exactly(string query, string expected)
    {
        await using var host = await EhrHost.Start();
        foreach (var (id, code, patient, day, status) in new[]
        {
            ("a", "751-8", "p1", "2026-02-01", "final"), ("b", "777-3", "p1", "2026-02-02", "final"),
            ("c", "718-7", "p1", "2026-02-03", "preliminary"), ("d", "777-3", "p2", "2026-02-04", "final"),
        })
        {
            await host.Put("Observation/" + id, Resources.Observation(id, code, patient, day: day, status: status));
            host.Clock.AdvanceTo(host.Clock.GetUtcNow().AddHours(1));
        }

        var answer = await host.Get("Observation?" + query);
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), answer.Ids);
        Assert.Equal(expected.Length == 0, answer.Body!["entry"] is null);
    }

    [Fact]
    public async Task Strict_handling_refuses_an_unknown_parameter_and_a_modifier_is_always_refused()
    {
        await using var host = await EhrHost.Start();
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Get("Flag?no-such=1", ("Prefer", "handling=strict"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.Get("Flag?no-such=1", ("Prefer", "handling=lenient"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Get("Flag?status:not=active")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Get("Flag?date=yesterday")).Status);
    }

    [Fact]
    public async Task A_resource_that_moves_to_another_patient_leaves_the_first()
    {
        await using var host = await EhrHost.Start();
        host.Ehr.Put(Resources.Observation("a", patient: "p1"));
        host.Ehr.Put(Resources.Observation("a", patient: "p2"));
        Assert.Empty((await host.Get("Observation?patient=p1")).Ids);
        Assert.Equal(["a"], (await host.Get("Observation?patient=p2")).Ids);
    }

    [Fact]
    public async Task Pages_neither_repeat_nor_skip_while_others_write()
    {
        await using var host = await EhrHost.Start();
        for (var i = 0; i < 25; i++) host.Ehr.Put(Resources.Observation($"o{i}"));
        var page = await host.Get("Observation?patient=p1&_count=10&_sort=_lastUpdated");
        List<string> seen = [.. page.Ids];
        while (page.Next is not null)
        {
            host.Ehr.Delete("Observation", seen[0]);
            host.Ehr.Put(Resources.Observation(seen[1], value: "0.9"));
            host.Ehr.Put(Resources.Observation());
            page = await host.Get(page.Next);
            seen.AddRange(page.Ids);
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"o{i}"), seen);
        Assert.Equal(25, page.Total);
    }

    [Fact]
    public async Task A_count_only_search_and_a_posted_search_answer_the_same_total()
    {
        await using var host = await EhrHost.Start();
        for (var i = 0; i < 3; i++) host.Ehr.Put(Resources.Observation());
        var count = await host.Get("Observation?patient=p1&_summary=count");
        Assert.Equal((3, 0), (count.Total, count.Entries.Count));
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("patient", "p1")]);
        using var posted = await host.Client.PostAsync(new Uri("Observation/_search", UriKind.Relative), form);
        Assert.Contains("\"total\":3", await posted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identifier_with_escaped_separators_is_found()
    {
        await using var host = await EhrHost.Start();
        host.Ehr.Put(Resources.Flag("k|1,2"));
        Assert.Equal(1, (await host.Get(@"Flag?identifier=urn:cart-fhir:flag|k\|1\,2")).Total);
        Assert.Equal(0, (await host.Get("Flag?identifier=urn:cart-fhir:flag|k")).Total);
    }

    [Fact]
    public async Task Among_100_000_resources_a_search_looks_at_those_of_the_patient_only()
    {
        await using var host = await EhrHost.Start();
        for (var i = 0; i < 100_000; i++) host.Ehr.Put(Resources.Observation($"o{i}", patient: $"p{i % 5000}"));
        var started = Stopwatch.GetTimestamp();
        // Half a billion comparisons without the index, a hundred thousand with it: the limit leaves room for a busy machine.
        for (var i = 0; i < 5000; i++) Assert.Equal(20, host.Ehr.Find("Observation", $"patient=p{i}&code=http://loinc.org|751-8").Count);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 15);
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        await using var host = await EhrHost.Start();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++) host.Ehr.Put(Resources.Observation("shared"));
        })));
        Assert.Equal("1600", host.Ehr.Read("Observation", "shared")!["meta"]!["versionId"]!.GetValue<string>());
    }
}
