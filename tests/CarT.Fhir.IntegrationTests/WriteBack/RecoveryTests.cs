using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

public sealed class RecoveryTests : IAsyncLifetime
{
    private readonly string store = WriteBackHost.NewStore();
    private ChartingSystem chart = null!;

    public async ValueTask InitializeAsync() => chart = await ChartingSystem.StartAsync();

    public ValueTask DisposeAsync() => chart.DisposeAsync();

    [Fact]
    [Trait(TestStore.Trait, TestStore.SqliteOnly)]
    public async Task A_process_that_died_after_its_create_and_before_its_note_leaves_one_Flag()
    {
        var stored = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        chart.On = async (context, answer) =>
        {
            if (context.Request.Method != "POST" || !context.Request.Path.Value!.EndsWith("/Flag", StringComparison.Ordinal)) return false;
            await answer();
            stored.TrySetResult();
            await release.Task;
            return true;
        };
        await using var dead = await WriteBackHost.StartAsync(chart, store);
        await dead.PublishAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        await stored.Task.WaitAsync(TimeSpan.FromSeconds(20));

        // It never hears the answer; the next start goes on from what the disk held at that moment, without waiting for the lease.
        await using var next = await WriteBackHost.StartAsync(chart, DiskAsItIs());
        await next.SettledAsync(Revisions.Patient, 1);
        release.SetResult();
        Assert.Single(chart.All("Flag"));
        Assert.Equal(1, chart.Count("POST", "Flag"));
        Assert.Equal(["created"], await next.OutcomesAsync("Flag"));
        Assert.Single(chart.All("Provenance"));
    }

    [Fact]
    public async Task A_service_that_is_stopped_in_the_middle_goes_on_at_the_next_start_without_waiting_for_the_lease()
    {
        var reached = new TaskCompletionSource();
        chart.On = async (context, _) =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await using (var first = await WriteBackHost.StartAsync(chart, store))
        {
            await first.PublishAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
        chart.On = null;
        await using var second = await WriteBackHost.StartAsync(chart, store);
        await second.SettledAsync(Revisions.Patient, 1);
        Assert.Single(chart.All("Flag"));
        await WriteBackHost.UntilAsync(() => second.Neighbours.Settled.Any(message => message.Outcome == "created"), "the outcome told");
    }

    [Fact]
    public async Task A_shadow_target_is_decided_and_recorded_and_sent_nothing_and_is_written_once_it_is_live()
    {
        await using (var shadow = await WriteBackHost.StartAsync(chart, store, mode: "shadow"))
        {
            await shadow.SettleAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
            await shadow.SettleAsync(Revisions.Of(2, Revisions.Flag(FlagCodes.Relapse, "Other words."), Revisions.Flag(FlagCodes.DataQuality, until: "2026-04-01")));
            Assert.Equal(["would-create", "would-update", "not-needed"], await shadow.OutcomesAsync("Flag"));
            Assert.Empty(shadow.Neighbours.Settled);
        }
        Assert.Empty(chart.Requests);

        await using var live = await WriteBackHost.StartAsync(chart, store);
        await live.SettledAsync(Revisions.Patient, 2);
        Assert.Equal(FlagCodes.Relapse, (string?)Assert.Single(chart.All("Flag"))["code"]!["coding"]![0]!["code"]);
    }

    [Fact]
    public async Task What_is_done_is_not_asked_about_again()
    {
        await using var host = await WriteBackHost.StartAsync(chart, store);
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        var requests = chart.Requests.Count;
        await host.SettleAsync(Revisions.Of(2, Revisions.Flag(FlagCodes.Relapse)));
        Assert.Equal(requests, chart.Requests.Count);
    }

    [Fact]
    public async Task What_was_refused_is_tried_again_at_the_next_start()
    {
        chart.On = async (context, answer) =>
        {
            if (context.Request.Method == "POST") context.Response.StatusCode = 422;
            else await answer();
            return true;
        };
        await using (var first = await WriteBackHost.StartAsync(chart, store)) await first.SettleAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        chart.On = null;
        await using var second = await WriteBackHost.StartAsync(chart, store);
        await WriteBackHost.UntilAsync(() => chart.All("Flag").Count == 1, "the flag");
        await second.SettledAsync(Revisions.Patient, 1);
    }

    [Fact]
    public async Task A_target_that_is_added_later_gets_every_patient_at_its_first_start()
    {
        await using (var first = await WriteBackHost.StartAsync(chart, store))
        {
            await first.SettleAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse), Revisions.Flag(FlagCodes.DataQuality)));
            await first.SettleAsync(Revisions.Of(2, Revisions.Flag(FlagCodes.Relapse), Revisions.Flag(FlagCodes.DataQuality, until: "2026-04-01")));
        }
        await using var added = await ChartingSystem.StartAsync();
        var settings = new Dictionary<string, string?> { ["Cart:Targets:added:BaseUrl"] = added.BaseUrl, ["Cart:Targets:added:Source"] = "ward" };
        await using var second = await WriteBackHost.StartAsync(chart, store, settings: settings);
        await WriteBackHost.UntilAsync(() => added.All("Flag").Count == 1, "the flag");
        Assert.Equal(FlagCodes.Relapse, (string?)added.All("Flag")[0]["code"]!["coding"]![0]!["code"]);
        await WriteBackHost.UntilAsync(async () => (long)(await second.TargetAsync("added"))["waiting"]! == 0, "nothing left to write");
        Assert.Equal(2, chart.All("Flag").Count);
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_without_its_text_which_may_quote_a_value()
    {
        await using var host = await WriteBackHost.StartAsync(chart, store);
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        await host.ExecuteAsync("UPDATE resources SET wanted = 'a broken row'");
        await host.ExecuteAsync("UPDATE patients SET settled_revision = 0");
        await WriteBackHost.UntilAsync(() => host.Logs.All.Any(line => line.Event == "Broke"), "a logged fault");
        Assert.All(host.Logs.All.Where(line => line.Event == "Broke"), line =>
        {
            Assert.Null(line.Error);
            Assert.Contains("JsonReaderException", line.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("invalid start", line.Text, StringComparison.Ordinal);
        });
    }

    /// <summary>A copy of the store as a process that dies now leaves it: the dead one still holds its lock on the original.</summary>
    private string DiskAsItIs()
    {
        var copy = Directory.CreateDirectory(Path.Combine(store, "after-the-crash")).FullName;
        foreach (var file in Directory.GetFiles(store, "writeback.db*")) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }
}
