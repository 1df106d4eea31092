using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary><c>cart-fhir run</c> as a process of its own, so that it can be killed without warning.</summary>
internal sealed class CartProcess : IAsyncDisposable
{
    public const string HookSecret = "hook-secret-of-the-test";
    public const string ApiSecret = "api-secret-of-the-test-run";

    private static readonly HttpClient Http = new(new SocketsHttpHandler(), disposeHandler: false);
    private readonly Process process;

    private CartProcess(Process process, string url)
    {
        this.process = process;
        Url = url;
    }

    public string Url { get; }

    public string HookUrl => Url + "/fhir/hook/main";

    public static async Task<CartProcess> StartAsync(string ehrBase, string storePath, int? port = null)
    {
        var url = $"http://127.0.0.1:{port ?? FreePort()}";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cart-fhir.dll"), "run"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = storePath,
        };
        foreach (var (key, value) in Configuration(url, ehrBase, storePath)) start.Environment[key] = value;
        var started = Process.Start(start)!;
        started.OutputDataReceived += static (_, _) => { };
        started.ErrorDataReceived += static (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var cart = new CartProcess(started, url);
        await cart.WhenReadyAsync();
        return cart;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>kill -9: no shutdown, no flush.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, string secret)
    {
        var request = new HttpRequestMessage(method, Url + path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/fhir+json");
        return Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync();
        process.Dispose();
    }

    private static Dictionary<string, string> Configuration(string url, string ehrBase, string storePath) => new(StringComparer.Ordinal)
    {
        ["urls"] = url,
        ["CART__Store__Path"] = storePath,
        ["CART__Api__BaseUrl"] = url,
        ["CART__Api__Secrets__0"] = ApiSecret,
        ["CART__Sources__main__BaseUrl"] = ehrBase,
        ["CART__Sources__main__Provides__0"] = "labs",
        ["CART__Sources__main__Provides__1"] = "doses",
        ["CART__Sources__main__Provides__2"] = "transfusions",
        ["CART__Sources__main__Subscription__Secrets__0"] = HookSecret,
        ["CART__FirstSight__Quiet"] = "00:00:00.3",
        ["CART__Targets__main__BaseUrl"] = ehrBase,
        ["CART__Targets__main__Source"] = "main",
    };

    private async Task WhenReadyAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited) throw new InvalidOperationException($"cart-fhir ended with exit code {process.ExitCode}");
            try
            {
                using var answer = await Http.GetAsync(Url + "/health/ready");
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(100);
        }
        throw new TimeoutException("cart-fhir was not ready within a minute");
    }
}
