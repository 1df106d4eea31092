using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Facts;

namespace CarT.Fhir.Listener.Sources;

/// <summary>One configured source: its credential at our hook, its FHIR server, and the context in which its resources are read.</summary>
internal sealed class Source : IDisposable
{
    private readonly SemaphoreSlim wake = new(0, 1);

    public Source(string name, SourceOptions options, ReadContext reading, TimeProvider time)
    {
        Name = name;
        Options = options;
        Secret = new BearerSecret(options.Subscription.Secrets);
        Client = new FhirClient(new Uri(options.BaseUrl!), options.Auth.Kind == "bearer" ? options.Auth.Token : null, time);
        Reading = reading with { Namespace = options.Namespace ?? name, BaseUrls = [options.BaseUrl!.TrimEnd('/')] };
    }

    /// <summary>Name in configuration, in its spelling there.</summary>
    public string Name { get; }

    public SourceOptions Options { get; }

    public BearerSecret Secret { get; }

    public FhirClient Client { get; }

    /// <summary>How resources of this source are read, without any look-up.</summary>
    public ReadContext Reading { get; }

    /// <summary>Tells the normaliser that a row is there.</summary>
    public void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Waits for <see cref="Wake"/>, at most this long.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancel) => wake.WaitAsync(atMost, cancel);

    public void Dispose()
    {
        Client.Dispose();
        wake.Dispose();
    }
}
