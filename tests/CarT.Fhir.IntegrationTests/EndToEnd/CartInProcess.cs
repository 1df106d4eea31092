using System.Net;
using CarT.Fhir.Gateway;
using CarT.Fhir.Hosting;
using CarT.Fhir.Listener;
using CarT.Fhir.Protocol;
using CarT.Fhir.Standalone.Demo;
using CarT.Fhir.WriteBack;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>The four services in this process, on a temporary store, subscribed at a hospital and writing back to it.</summary>
internal sealed class CartInProcess : IAsyncDisposable
{
    public const string ApiSecret = "api-secret-of-the-test-run";
    public const string Topic = "urn:cart-fhir:simulator:topic:clinical-data";

    private readonly WebApplication app;
    private readonly string store;

    private CartInProcess(WebApplication app, string store, string url)
    {
        this.app = app;
        this.store = store;
        Http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(url) };
        Http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", ApiSecret);
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Starts it and waits until it is subscribed.</summary>
    /// <param name="hospital">Where results come from and Flags go to.</param>
    /// <param name="style">How it subscribes; <c>none</c>: not at all.</param>
    /// <param name="settings">More configuration, which wins.</param>
    /// <param name="clock">The ward's calendar; null: the machine's.</param>
    /// <param name="prepare">What else the host is given before it is built.</param>
    public static async Task<CartInProcess> StartAsync(
        Hospital hospital, string style, Dictionary<string, string?>? settings = null, ClinicalClock? clock = null, Action<WebApplicationBuilder>? prepare = null)
    {
        var folder = Directory.CreateTempSubdirectory("cart-flow-").FullName;
        var url = $"http://127.0.0.1:{LoopbackPort.Free()}";
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        foreach (var (key, value) in Configuration(hospital, style, url).Concat(TestStore.Settings(folder)).Concat(settings ?? [])) builder.Configuration[key] = value;
        if (clock is not null) builder.Services.AddSingleton(clock);
        prepare?.Invoke(builder);
        var host = await CartHost.BuildAsync(
            builder, [new ListenerModule(), new ProtocolModule(), new WriteBackModule(), new GatewayModule()], TestContext.Current.CancellationToken);
        await host.StartAsync();
        var cart = new CartInProcess(host, folder, url);
        if (style != "none")
        {
            await hospital.UntilAsync("active subscriptions", ehr =>
                ehr.All("Subscription").Where(subscription => Hospital.Text(subscription["status"]) == "active").ToList() is { Count: >= 5 } active ? active : null);
        }
        return cart;
    }

    /// <summary>The newest assessment of a patient as the facade gives it; null while there is none.</summary>
    public async Task<string?> AssessmentAsync(string patient)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/fhir/Patient/{patient}/$assessment");
        request.Headers.Accept.ParseAdd("application/json");
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until no service has anything left to do, three times in a row.</summary>
    /// <param name="seconds">How long at most.</param>
    /// <param name="except">Name of a service that may have.</param>
    public async Task AtRestAsync(int seconds = 30, string? except = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var quiet = 0; quiet < 3;)
        {
            var backlog = 0L;
            foreach (var each in Services.GetServices<Backlog>().Where(each => each.Service != except)) backlog += await each.CountAsync(TestContext.Current.CancellationToken);
            quiet = backlog == 0 ? quiet + 1 : 0;
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds)) throw new TimeoutException($"After {seconds} s there is still a backlog of {backlog}");
            await Task.Delay(30);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(store, recursive: true);
    }

    private static Dictionary<string, string?> Configuration(Hospital hospital, string style, string url) => new(StringComparer.Ordinal)
    {
        ["urls"] = url,
        ["Cart:Api:BaseUrl"] = url,
        ["Cart:Api:Secrets:0"] = ApiSecret,
        ["Cart:Sources:main:BaseUrl"] = hospital.Base,
        ["Cart:Sources:main:Provides:0"] = "labs",
        ["Cart:Sources:main:Provides:1"] = "doses",
        ["Cart:Sources:main:Provides:2"] = "transfusions",
        ["Cart:Sources:main:Subscription:Style"] = style,
        ["Cart:Sources:main:Subscription:Topic"] = Topic,
        ["Cart:Sources:main:Subscription:HookUrl"] = url + "/fhir/hook/main",
        ["Cart:Sources:main:Subscription:Secrets:0"] = CartProcess.HookSecret,
        ["Cart:FirstSight:Quiet"] = "00:00:00.3",
        ["Cart:Targets:main:BaseUrl"] = hospital.Base,
        ["Cart:Targets:main:Source"] = "main",
    };
}
