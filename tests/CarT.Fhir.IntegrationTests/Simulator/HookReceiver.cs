using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.Simulator;

internal sealed record Received(string Method, string Path, string? ContentType, string? Authorization, string Text)
{
    public JsonObject Body => JsonNode.Parse(Text)!.AsObject();

    /// <summary>The values of the status Parameters of a topic notification.</summary>
    public string? Status(string name) => Body["entry"]![0]!["resource"]!["parameter"]!.AsArray()
        .FirstOrDefault(parameter => parameter!["name"]!.GetValue<string>() == name)?.AsObject()
        .Where(member => member.Key.StartsWith("value", StringComparison.Ordinal)).Select(member => member.Value!.ToString()).Single();

    public string? Kind => Status("type");

    public IReadOnlyList<string> EventNumbers => [.. Body["entry"]![0]!["resource"]!["parameter"]!.AsArray()
        .Where(parameter => parameter!["name"]!.GetValue<string>() == "notification-event")
        .Select(parameter => parameter!["part"]![0]!["valueString"]!.GetValue<string>())];
}

/// <summary>A subscriber's endpoint over real HTTP: keeps what it gets and answers with a status that the test chooses.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private HookReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<Received> Received { get; } = new();

    public Func<Received, int> Answer { get; set; } = _ => 200;

    public string Url => app.Urls.Single() + "/hook/main";

    public static async Task<HookReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new HookReceiver(builder.Build());
        receiver.app.Run(receiver.Take);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until something received fulfils the condition.</summary>
    public async Task<Received> Await(Func<Received, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (Received.FirstOrDefault(condition) is { } found) return found;
            await Task.Delay(20, limit.Token);
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = context.Request;
        var received = new Received(request.Method, request.Path, request.ContentType, request.Headers.Authorization, await reader.ReadToEndAsync());
        Received.Enqueue(received);
        context.Response.StatusCode = Answer(received);
    }
}
