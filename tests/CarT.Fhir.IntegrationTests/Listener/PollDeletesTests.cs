using Xunit;
using static CarT.Fhir.IntegrationTests.Listener.PollBench;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Deletes and old corrections, which no window shows: found in the history, or when the patient is read as a whole.</summary>
public sealed class PollDeletesTests
{
    [Fact]
    public async Task A_delete_that_nobody_announced_is_found_in_the_history()
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Platelets("deleted", 12));
        await bench.PollAsync();
        bench.Ehr.Delete("Observation", "deleted");

        await bench.NextPollAsync();
        var rows = await bench.RowsAsync();
        await bench.NextPollAsync();

        Assert.True((await bench.VersionsOfAsync("Observation/deleted"))[^1].Retracted);
        Assert.Equal(rows, await bench.RowsAsync());
    }

    [Theory]
    [InlineData("a notification that waits to be worked")]
    [InlineData("a notification that comes after the delete was found")]
    public async Task A_delete_counts_although_what_it_deleted_was_not_yet_heard_of(string late)
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        var created = bench.Ehr.Put(Platelets("deleted", 12)).ToJson().ToJsonString();
        bench.Ehr.Delete("Observation", "deleted");
        if (late.EndsWith("worked", StringComparison.Ordinal)) await bench.StoreAsync(created);

        await bench.NextPollAsync();
        if (late.EndsWith("found", StringComparison.Ordinal)) await bench.PushAsync(created);
        var rows = await bench.RowsAsync();
        await bench.NextPollAsync();

        var versions = await bench.VersionsOfAsync("Observation/deleted");
        Assert.True(versions.MaxBy(version => long.Parse(version.VersionId ?? "0"))!.Retracted);
        Assert.Equal(rows, await bench.RowsAsync());
    }

    [Fact]
    public async Task What_says_nothing_and_no_search_finds_is_not_asked_for_again_and_again()
    {
        await using var bench = await PollBench.OpenAsync(new() { ["Poll:Deletes"] = "reread" });
        bench.Ehr.Put(Infusion);
        bench.Ehr.Put(Platelets("count", 12));
        await bench.PollAsync();
        await bench.PushAsync(bench.Ehr.Put(Platelets("pulse", 80)).ToJson().ToJsonString().Replace("777-3", "8867-4", StringComparison.Ordinal));
        bench.Ehr.Delete("Observation", "pulse");
        await bench.NextPollAsync();
        var rows = await bench.RowsAsync();

        bench.Time.Advance(TimeSpan.FromDays(1));
        while (await bench.PollAsync())
        {
        }

        Assert.Equal(rows, await bench.RowsAsync());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("reread")]
    public async Task Where_no_history_is_told_a_delete_is_found_when_the_patient_is_read_as_a_whole(string deletes)
    {
        await using var bench = await PollBench.OpenAsync(new() { ["Poll:Deletes"] = deletes });
        bench.Wire.DeclaresHistory = false;
        bench.Ehr.Put(Infusion);
        bench.Ehr.Put(Platelets("deleted", 12));
        bench.Ehr.Put(Platelets("kept", 30));
        await bench.PollAsync();
        bench.Ehr.Delete("Observation", "deleted");
        await bench.NextPollAsync();
        Assert.False((await bench.VersionsOfAsync("Observation/deleted"))[^1].Retracted);

        bench.Time.Advance(TimeSpan.FromDays(1));
        while (await bench.PollAsync())
        {
        }

        Assert.True((await bench.VersionsOfAsync("Observation/deleted"))[^1].Retracted);
        Assert.Single(await bench.VersionsOfAsync("Observation/kept"));
    }

    [Fact]
    public async Task A_correction_older_than_every_window_is_found_when_the_patient_is_read_as_a_whole()
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Infusion);
        bench.Ehr.Put(Platelets("a", 12));
        await bench.PollAsync();
        bench.Wire.Hidden.Add("a");
        bench.Ehr.Put(Platelets("a", 120));
        for (var i = 0; i < 5; i++) await bench.NextPollAsync();
        bench.Ehr.Put(Platelets("b", 30));
        await bench.NextPollAsync();
        bench.Wire.Hidden.Clear();
        for (var i = 0; i < 5; i++) await bench.NextPollAsync();
        Assert.Single(await bench.VersionsOfAsync("Observation/a"));

        bench.Time.Advance(TimeSpan.FromDays(1));
        while (await bench.PollAsync())
        {
        }

        Assert.Equal(120000, (await bench.VersionsOfAsync("Observation/a"))[^1].CellCounts[0].Value);
    }
}
