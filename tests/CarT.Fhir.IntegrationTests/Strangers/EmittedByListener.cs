using System.Reflection;
using System.Text;
using CarT.Fhir.IntegrationTests.Listener;
using CarT.Fhir.Listener.Hook;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>What the listener asks of a source, a Subscription of each style and payload, and how its hook refuses.</summary>
internal static class EmittedByListener
{
    private const string Topic = "https://ehr.hospital.test/fhir/SubscriptionTopic/lab-result";

    private static readonly (HttpMethod Method, string Path, string Body, string Type, string? Secret)[] Refused =
    [
        (HttpMethod.Post, "/fhir/hook/nobody", "{}", "application/fhir+json", ListenerHost.HookSecret),
        (HttpMethod.Post, "/fhir/hook/main/none/of/this", "{}", "application/fhir+json", ListenerHost.HookSecret),
        (HttpMethod.Patch, "/fhir/hook/main", "{}", "application/fhir+json", ListenerHost.HookSecret),
        (HttpMethod.Put, "/fhir/hook/main/Observation/no id", "{}", "application/fhir+json", ListenerHost.HookSecret),
        (HttpMethod.Put, "/fhir/hook/main/Observation/other", Bodies.Platelets("plt-1"), "application/fhir+json", ListenerHost.HookSecret),
        (HttpMethod.Post, "/fhir/hook/main", "<Observation/>", "application/fhir+xml", ListenerHost.HookSecret),
        (HttpMethod.Post, "/fhir/hook/main", "{\"resourceType\":", "application/fhir+json", ListenerHost.HookSecret),
        (HttpMethod.Post, "/fhir/nothing/here", "{}", "application/fhir+json", ListenerHost.HookSecret),
        (HttpMethod.Post, "/fhir/hook/main", "{}", "application/fhir+json", null),
    ];

    public static async Task<IReadOnlyList<EmittedResource>> CollectAsync()
    {
        var sent = new List<EmittedResource>();
        foreach (var (style, payload, activateAs) in (ValueTuple<string, string, string>[])[
            ("classic", "id-only", "requested"), ("classic", "id-only", "active"),
            ("topic", "empty", "requested"), ("topic", "id-only", "requested"), ("topic", "full-resource", "active")])
            sent.AddRange(await SubscriptionsAsync(style, payload, activateAs));
        sent.AddRange(await RefusalsAsync());
        return sent;
    }

    private static async Task<IReadOnlyList<EmittedResource>> SubscriptionsAsync(string style, string payload, string activateAs)
    {
        await using var ehr = await FakeEhr.StartAsync();
        using var store = new TemporaryStore();
        await using var listener = await ListenerHost.StartAsync(store.Path, ehr, settings: new()
        {
            ["Cart:Sources:main:Subscription:Style"] = style,
            ["Cart:Sources:main:Subscription:Payload"] = payload,
            ["Cart:Sources:main:Subscription:ActivateAs"] = activateAs,
            ["Cart:Sources:main:Subscription:HookUrl"] = "https://cart.hospital.test/fhir/hook/main",
            ["Cart:Sources:main:Subscription:Topic"] = Topic,
        });
        await ListenerHost.UntilAsync(() => Task.FromResult(ehr.Subscriptions.Count == 5));
        return [.. ehr.Subscriptions.Values.Select(subscription => new EmittedResource($"{style} {payload} {activateAs}", subscription.ToJsonString()))];
    }

    private static async Task<IReadOnlyList<EmittedResource>> RefusalsAsync()
    {
        await using var ehr = await FakeEhr.StartAsync();
        using var store = new TemporaryStore();
        await using var listener = await ListenerHost.StartAsync(store.Path, ehr);
        var refusals = new List<EmittedResource>();
        foreach (var (method, path, body, type, secret) in Refused)
        {
            using var answer = await listener.SendAsync(method, path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), type, secret);
            refusals.Add(new EmittedResource($"{(int)answer.StatusCode} to {method} {path}", await answer.Content.ReadAsStringAsync()));
        }
        foreach (var answer in AllAnswers()) refusals.Add(await WrittenAsync(answer));
        Assert.All(refusals, refusal => Assert.Equal("OperationOutcome", refusal.Type));
        return refusals;
    }

    // Those that need a full disk or a slow sender are written by the same code, without one.
    private static IEnumerable<IResult> AllAnswers() =>
        typeof(HookAnswers).GetProperties(BindingFlags.Static | BindingFlags.Public).Where(property => property.Name != nameof(HookAnswers.Stored))
            .Select(property => (IResult)property.GetValue(null)!)
            .Concat(Enum.GetValues<BodyFault>().Select(HookAnswers.Of).OfType<IResult>())
            .Append(HookAnswers.Disagrees("The body is another resource than the path."));

    private static async Task<EmittedResource> WrittenAsync(IResult answer)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        await answer.ExecuteAsync(context);
        return new EmittedResource($"the answer {context.Response.StatusCode}", Encoding.UTF8.GetString(body.ToArray()));
    }
}
