using System.Net;
using System.Text;

namespace CarT.Fhir.Simulator.Faults;

/// <summary>What can go wrong with a notification on its way to a subscriber.</summary>
public enum NotificationFault
{
    /// <summary>It is lost and answered as if it had arrived: its sender never sends it again.</summary>
    Lost,

    /// <summary>The connection breaks before it arrives: its sender sends it again, if it does such a thing.</summary>
    Broken,

    /// <summary>It arrives, its answer does not: its sender sends it again.</summary>
    AnswerLost,

    /// <summary>It arrives twice.</summary>
    Doubled,

    /// <summary>It is held back for up to <see cref="NotificationRule.LongestDelay"/>, in real time, so that later ones overtake it.</summary>
    Delayed,

    /// <summary>
    /// It is answered as if it had arrived and put among those that are held; when more than <see cref="NotificationRule.Held"/> are, one of them,
    /// chosen by chance, goes on its way. What is still held goes with <see cref="NotificationFaults.ReleaseAsync"/>.
    /// </summary>
    Shuffled,
}

/// <summary>A fault of notifications, and those that it is about.</summary>
/// <param name="Fault">What happens.</param>
public sealed record NotificationRule(NotificationFault Fault) : FaultRule
{
    /// <summary>Only notifications that name this resource, as <c>Observation/x</c>; null: all.</summary>
    public string? About { get; init; }

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>For <see cref="NotificationFault.Shuffled"/>: how many are held. By default all of them, until they are released.</summary>
    public int Held { get; init; } = int.MaxValue;

    public override string Kind => Fault.ToString();
}

/// <summary>
/// A network that loses, repeats, delays and reorders notifications by seeded chance and by script: set it as
/// <see cref="Server.SimulatedEhrOptions.NotificationHandler"/>; disposed by whoever made it. The first rule that strikes a notification wins.
/// Thread-safe.
/// </summary>
public sealed class NotificationFaults(int seed, HttpMessageHandler carrier, params IReadOnlyList<NotificationRule> rules) : DelegatingHandler(carrier)
{
    private readonly FaultPlan<NotificationRule> plan = new(seed, rules);
    private readonly Lock gate = new();
    private readonly List<Parcel> held = [];

    /// <summary>How often each fault struck, by its name.</summary>
    public IReadOnlyDictionary<string, int> Injected => plan.Injected;

    /// <summary>Notifications that are held now.</summary>
    public int HeldNow
    {
        get
        {
            lock (gate) return held.Count;
        }
    }

    /// <summary>From now on the network works. What is held stays so.</summary>
    public void End() => plan.End();

    /// <summary>Sends everything that is held, in an order of chance. Returns how many that were.</summary>
    public async Task<int> ReleaseAsync(CancellationToken cancel)
    {
        var released = 0;
        for (; Take(least: 1) is { } parcel; released++) await DeliverAsync(parcel, cancel);
        return released;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var parcel = await Parcel.OfAsync(request, cancellationToken);
        if (plan.Strike(rule => rule.About is not { } reference || parcel.Names(reference)) is not { } rule) return await base.SendAsync(request, cancellationToken);
        switch (rule.Fault)
        {
            case NotificationFault.Lost:
                return new HttpResponseMessage(HttpStatusCode.OK);
            case NotificationFault.Broken:
                throw new HttpRequestException("Lost by the simulated network");
            case NotificationFault.AnswerLost:
                (await base.SendAsync(request, cancellationToken)).Dispose();
                throw new HttpRequestException("The simulated network lost the answer");
            case NotificationFault.Doubled:
                await DeliverAsync(parcel, cancellationToken);
                return await base.SendAsync(request, cancellationToken);
            case NotificationFault.Delayed:
                await Task.Delay(rule.LongestDelay * plan.NextFraction(), cancellationToken);
                return await base.SendAsync(request, cancellationToken);
            default:
                await ShuffleAsync(parcel, rule.Held, cancellationToken);
                return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }

    private async Task ShuffleAsync(Parcel parcel, int most, CancellationToken cancel)
    {
        lock (gate) held.Add(parcel);
        if (most < int.MaxValue && Take(least: most + 1) is { } other) await DeliverAsync(other, cancel);
    }

    private Parcel? Take(int least)
    {
        lock (gate)
        {
            if (held.Count < least) return null;
            var i = plan.Next(held.Count);
            var parcel = held[i];
            held.RemoveAt(i);
            return parcel;
        }
    }

    // Its sender has gone on: whatever the receiver answers, nobody sends it again.
    private async Task DeliverAsync(Parcel parcel, CancellationToken cancel)
    {
        using var request = parcel.ToRequest();
        (await base.SendAsync(request, cancel)).Dispose();
    }

    /// <summary>A notification that outlives its request.</summary>
    private sealed record Parcel(HttpMethod Method, Uri Address, List<KeyValuePair<string, IEnumerable<string>>> Headers, string? MediaType, byte[] Body)
    {
        public static async Task<Parcel> OfAsync(HttpRequestMessage request, CancellationToken cancel) => new(
            request.Method,
            request.RequestUri!,
            [.. request.Headers],
            request.Content?.Headers.ContentType?.ToString(),
            request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancel));

        /// <summary>By the address of a classic notification, or as a reference or an id in the body.</summary>
        public bool Names(string reference) =>
            Address.AbsolutePath.EndsWith("/" + reference, StringComparison.Ordinal) || Encoding.UTF8.GetString(Body).Contains($"/{reference}\"", StringComparison.Ordinal);

        public HttpRequestMessage ToRequest()
        {
            var request = new HttpRequestMessage(Method, Address) { Content = new ByteArrayContent(Body) };
            foreach (var (name, values) in Headers) request.Headers.TryAddWithoutValidation(name, values);
            if (MediaType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
            return request;
        }
    }
}
