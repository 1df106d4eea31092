using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Facts;

namespace CarT.Fhir.Listener.Sources;

/// <summary>One configured source: its credential at our hook, its FHIR server, and the context in which its resources are read.</summary>
internal sealed class Source : IDisposable
{
    public Source(string name, SourceOptions options, ReadContext reading, FhirClients clients, TimeProvider time, Jitter jitter, ListenerMetrics metrics)
    {
        Name = name;
        Options = options;
        Secret = new BearerSecret(options.Subscription.Secrets);
        Client = clients.For(options.BaseUrl!, options.Auth.Kind == "bearer" ? options.Auth.Token : null);
        Pause = new SourcePause(time, jitter);
        Paced = new PacedRequests(name, Client, Pause, new RequestBudget(options.Poll.MaxRequestsPerMinute, time), metrics);
        Reading = reading with { Namespace = options.Namespace ?? name, BaseUrls = [options.BaseUrl!.TrimEnd('/')] };
    }

    /// <summary>Name in configuration, in its spelling there.</summary>
    public string Name { get; }

    public SourceOptions Options { get; }

    public BearerSecret Secret { get; }

    public FhirClient Client { get; }

    public SourcePause Pause { get; }

    /// <summary>The client for questions that can wait: bounded in number, and none while the source is paused.</summary>
    public PacedRequests Paced { get; }

    /// <summary>How resources of this source are read, without any look-up.</summary>
    public ReadContext Reading { get; }

    /// <summary>Raised when a row is there for the normaliser.</summary>
    public WakeSignal RowsCame { get; } = new();

    /// <summary>Raised when a row is there that needs an answer of the source.</summary>
    public WakeSignal RowsToAsk { get; } = new();

    /// <summary>Raised when a poll is wanted before its time.</summary>
    public WakeSignal PollWanted { get; } = new();

    /// <summary>Raised when a notification says that its Subscription is in error or off.</summary>
    public WakeSignal SubscriptionFailed { get; } = new();

    public void Dispose()
    {
        Client.Dispose();
        SubscriptionFailed.Dispose();
        PollWanted.Dispose();
        RowsCame.Dispose();
        RowsToAsk.Dispose();
    }
}
