using System.Net.Http.Headers;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.Simulator.Subscriptions;

/// <summary>Sends one notification over HTTP, with brief retries for what may pass.</summary>
internal sealed class RestHook : IDisposable
{
    private readonly SimulatedEhrOptions options;
    private readonly HttpClient client;

    public RestHook(SimulatedEhrOptions options)
    {
        this.options = options;
        var handler = options.NotificationHandler
            ?? new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2), MaxConnectionsPerServer = 64, UseCookies = false, AllowAutoRedirect = false };
        client = new HttpClient(handler, disposeHandler: options.NotificationHandler is null) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>True when the receiver answered 2xx to one of the attempts.</summary>
    public async Task<bool> Send(HttpMethod method, Uri address, ReadOnlyMemory<byte> body, SubscriptionDefinition definition, CancellationToken stopping)
    {
        for (var attempt = 0; ; attempt++)
        {
            var status = await Attempt(method, address, body, definition, stopping);
            if (status is >= 200 and < 300) return true;
            if (status is >= 400 and < 500 and not (408 or 429) || attempt >= options.RetryAfter.Count) return false;
            await Task.Delay(options.RetryAfter[attempt], stopping);
        }
    }

    // 0 stands for no answer: refused, broken off or too late.
    private async Task<int> Attempt(HttpMethod method, Uri address, ReadOnlyMemory<byte> body, SubscriptionDefinition definition, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(method, address) { Content = new ReadOnlyMemoryContent(body) };
        if (!body.IsEmpty) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(definition.Payload ?? "application/fhir+json");
        foreach (var (name, value) in definition.Headers) request.Headers.TryAddWithoutValidation(name, value);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(definition.Timeout ?? options.NotificationTimeout);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return 0;
        }
    }

    public void Dispose() => client.Dispose();
}
