using System.Text;
using CarT.Fhir.Hosting;
using CarT.Fhir.Listener;
using CarT.Fhir.Listener.FirstSight;
using CarT.Fhir.Listener.Normalising;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.Listener.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>The listener's workers without their loops: each round is taken by the test, on a clock that the test moves.</summary>
internal sealed class SubscriptionSteps : IAsyncDisposable
{
    public const string HookUrl = "https://cart.example.org/fhir/hook/main";
    public const string Topic = "https://ehr.example.org/fhir/SubscriptionTopic/lab-result";
    private readonly WebApplication app;

    private SubscriptionSteps(WebApplication app, ShiftedTime time)
    {
        this.app = app;
        Time = time;
        Source = Get<SourceTable>().All.Single();
    }

    public ShiftedTime Time { get; }

    public Source Source { get; }

    /// <summary>A listener that wants one Subscription, for platelets.</summary>
    public static async Task<SubscriptionSteps> BuildAsync(string directory, FakeEhr ehr, string style, params (string Key, string Value)[] settings)
    {
        var time = new ShiftedTime();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Cart:Api:Secrets:0"] = ListenerHost.ApiSecret,
            ["Cart:Sources:main:BaseUrl"] = ehr.BaseUrl,
            ["Cart:Sources:main:Provides:0"] = "labs",
            ["Cart:Sources:main:Subscription:Secrets:0"] = ListenerHost.HookSecret,
            ["Cart:Sources:main:Subscription:Style"] = style,
            ["Cart:Sources:main:Subscription:HookUrl"] = HookUrl,
            ["Cart:Sources:main:Subscription:Topic"] = Topic,
            ["Cart:Sources:main:Subscription:Criteria:0"] = "Observation?code=http://loinc.org|777-3",
        });
        builder.Configuration.AddInMemoryCollection(TestStore.Settings(directory));
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(item => "Cart:Sources:main:" + item.Key, item => (string?)item.Value));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time);
        return new SubscriptionSteps(await CartHost.BuildAsync(builder, [new ListenerModule()], CancellationToken.None), time);
    }

    /// <summary>One look at the Subscriptions, some minutes after the last.</summary>
    public async Task<bool> CheckAsync(int minutesLater = 0)
    {
        Time.Advance(TimeSpan.FromMinutes(minutesLater));
        return await Get<SubscriptionKeeper>().CheckAsync(Source, CancellationToken.None);
    }

    /// <summary>One round over the gaps, some seconds after the last.</summary>
    public async Task<bool> RepairGapsAsync(int secondsLater = 0)
    {
        Time.Advance(TimeSpan.FromSeconds(secondsLater));
        return await Get<GapRepair>().RepairGapsAsync(Source, CancellationToken.None);
    }

    /// <summary>One turn of the back-fills, some minutes after the last.</summary>
    public async Task<bool> BackfillAsync(int minutesLater = 0, CancellationToken cancel = default)
    {
        Time.Advance(TimeSpan.FromMinutes(minutesLater));
        return await Get<BackfillWorker>().BackfillOneAsync(Source, cancel);
    }

    /// <summary>The back-fills as operators see them; null when none waits and none has a gap.</summary>
    public async Task<BackfillCounts?> BackfillsAsync() => (await Get<BackfillStore>().CountsAsync(CancellationToken.None)).GetValueOrDefault("main");

    /// <summary>How far the back-fill of a patient is, or null.</summary>
    public async Task<string?> BackfillStateAsync(string patient) =>
        (await Get<BackfillStore>().StatusesAsync(["main"], [patient], CancellationToken.None)).SingleOrDefault()?.State;

    /// <summary>All that is sent is receipted.</summary>
    public async Task ReceiptAsync()
    {
        var open = await Get<ListenerStore>().OpenDeliveriesAsync(afterId: 0, limit: 1000, CancellationToken.None);
        await Get<ListenerStore>().ReceiptAsync("main", [.. open.Select(delivery => delivery.Id)], CancellationToken.None);
    }

    /// <summary>A notification arrives, a second after the last, and is worked.</summary>
    public async Task HearAsync(string body, string kind = NotificationKind.Bundle)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        await Get<ListenerStore>().AddAsync(
            new NewNotification { Source = "main", ReceivedAt = Time.GetUtcNow(), Method = kind == NotificationKind.Polled ? "GET" : "POST", Headers = "{}", Body = Encoding.UTF8.GetBytes(body), Kind = kind },
            refusal: null, CancellationToken.None);
        await WorkAsync();
    }

    /// <summary>An operator releases the one open refusal.</summary>
    public async Task ReleaseAsync() =>
        await Get<ListenerStore>().ReleaseAsync(Assert.Single(await Get<ListenerStore>().RefusedAsync(0, 10, CancellationToken.None)).Id, CancellationToken.None);

    /// <summary>What is to be sent, as JSON.</summary>
    public async Task<IReadOnlyList<string>> DeliveriesAsync() =>
        [.. (await Get<ListenerStore>().OpenDeliveriesAsync(afterId: 0, limit: 1000, CancellationToken.None)).Select(delivery => delivery.Body)];

    /// <summary>Works every row that is ready.</summary>
    public async Task WorkAsync()
    {
        foreach (var asks in new[] { false, true })
        {
            while (await Get<Normaliser>().WorkOneAsync(new Lane(Source, asks), CancellationToken.None))
            {
            }
        }
    }

    /// <summary>What is remembered of the one Subscription.</summary>
    public async Task<Supervised> RememberedAsync() => Assert.Single(await Get<SupervisionStore>().SupervisedAsync("main", CancellationToken.None));

    /// <summary>Open gaps, <c>first-last</c>.</summary>
    public async Task<IEnumerable<string>> GapsAsync() =>
        (await Get<GapStore>().OpenAsync("main", CancellationToken.None)).Select(gap => $"{gap.First}-{gap.Last}");

    public async Task<NumbersRow> NumbersAsync() => Assert.Single(await Get<GapStore>().NumbersAsync(CancellationToken.None));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();
}
