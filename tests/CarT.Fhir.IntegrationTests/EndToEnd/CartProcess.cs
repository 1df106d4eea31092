using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Standalone.Demo;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary><c>cart-fhir run</c> as a process of its own, so that it can be killed without warning.</summary>
internal sealed class CartProcess : IAsyncDisposable
{
    public const string HookSecret = "hook-secret-of-the-test";
    public const string ApiSecret = "api-secret-of-the-test-run";
    public const string FailpointVariable = "CART_FAILPOINT";

    private static readonly HttpClient Http = new(new SocketsHttpHandler(), disposeHandler: false);
    private readonly Process process;
    private readonly string store;

    private CartProcess(Process process, string url, string store)
    {
        this.process = process;
        this.store = store;
        Url = url;
    }

    public string Url { get; }

    public string HookUrl => Url + "/fhir/hook/main";

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="ehrBase">The EHR, both source and target.</param>
    /// <param name="storePath">Folder of its store; also where it runs.</param>
    /// <param name="port">Null: any free one.</param>
    /// <param name="environment">More of its environment. With a failpoint in it the process may be gone before it is ready.</param>
    public static async Task<CartProcess> StartAsync(
        string ehrBase, string storePath, int? port = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var url = $"http://127.0.0.1:{port ?? LoopbackPort.Free()}";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cart-fhir.dll"), "run"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = storePath,
        };
        foreach (var (key, value) in Configuration(url, ehrBase, storePath).Concat(environment ?? new Dictionary<string, string>())) start.Environment[key] = value;
        var started = Process.Start(start)!;
        started.OutputDataReceived += static (_, _) => { };
        started.ErrorDataReceived += static (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var cart = new CartProcess(started, url, storePath);
        await cart.WhenReadyAsync(mayEnd: environment?.ContainsKey(FailpointVariable) == true);
        return cart;
    }

    /// <summary>kill -9: no shutdown, no flush.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Its exit code, or null when it still runs after the limit.</summary>
    public async Task<int?> ExitCodeAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Waits until nothing is waiting: not at the door, not on the way to the protocol, not on the way to the readers, not at the target.</summary>
    public async Task AtRestAsync(int seconds = 20)
    {
        var started = TimeProvider.System.GetTimestamp();
        string waiting;
        while ((waiting = await WaitingAsync()).Length > 0)
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds)) throw new TimeoutException($"After {seconds} s it still waits: {waiting}");
            await Task.Delay(50);
        }
    }

    /// <summary>A number from the store of a service.</summary>
    public Task<long> CountAsync(string service, string sql) => StoreFiles.CountAsync(store, service, sql);

    public async Task<JsonNode> AdminAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, ApiSecret);
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
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

    private async Task<string> WaitingAsync()
    {
        var source = (await AdminAsync("/admin/sources"))[0]!;
        var rows = source["rows"]!;
        var target = (await AdminAsync("/admin/targets"))[0]!;
        var waiting = new Dictionary<string, long>
        {
            ["rows to be worked"] = Number(rows["received"]),
            ["rows without receipt"] = Number(rows["sent"]),
            ["rows retrying"] = Number(source["retrying"]),
            ["deliveries stuck"] = Number(source["stuckDeliveries"]),
            ["refusals"] = Number(source["openRefusals"]),
            ["patients at the target"] = Number(target["waiting"]),
            ["revisions without receipt"] = await CountAsync(
                "protocol", "SELECT COUNT(*) FROM patients WHERE due_reason IS NOT NULL OR MIN(writeback_done_revision, gateway_done_revision) < revision"),
        };
        return string.Join(", ", waiting.Where(count => count.Value > 0).Select(count => $"{count.Value} {count.Key}"));
    }

    private static long Number(JsonNode? node) => node?.GetValue<long>() ?? 0;

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

    private async Task WhenReadyAsync(bool mayEnd)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited && mayEnd) return;
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
