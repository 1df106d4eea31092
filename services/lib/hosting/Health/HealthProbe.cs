namespace CarT.Fhir.Hosting.Health;

/// <summary>
/// Asks a running service how it is: <c>health [URL]</c> of every executable. A container image that holds no shell and no curl can so be checked
/// with what is in it.
/// </summary>
public static class HealthProbe
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Command = "health";

    /// <summary>What is asked when no address is given: database and bus of the service on the port of our images.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080/health/ready";

    private const int Well = 0;
    private const int NotWell = 1;
    private const int Unusable = 2;

    // Below the time that deploy/ gives a check.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Exit code 0: it answers 200. 1: it answers otherwise or not at all, and a line on standard error says how. 2: the address is unusable.</summary>
    public static async Task<int> RunAsync(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync("health: the address is not an absolute http(s) URL");
            return Unusable;
        }
        // No proxy: it is asked on its own machine.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        http.Timeout = Patience;
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            if (answer.IsSuccessStatusCode) return Well;
            await Console.Error.WriteLineAsync($"health: {(int)answer.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("health: no answer");
        }
        return NotWell;
    }
}
