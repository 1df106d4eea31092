namespace CarT.Fhir.Simulator.Faults;

/// <summary>How often things go wrong between the charting system and a subscriber; each from 0 (never) to 1 (always).</summary>
public sealed record NetworkFaults
{
    public required int Seed { get; init; }

    /// <summary>The notification is lost on its way.</summary>
    public double Lost { get; init; }

    /// <summary>The notification arrives, its answer does not: the sender sends it again.</summary>
    public double AnswerLost { get; init; }

    /// <summary>The notification arrives twice.</summary>
    public double Duplicated { get; init; }

    /// <summary>The notification is held back for up to <see cref="LongestDelay"/>, so that later ones overtake it.</summary>
    public double Delayed { get; init; }

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(200);
}

/// <summary>
/// A network that loses, repeats and delays notifications by seeded chance. To be set as
/// <see cref="Server.SimulatedEhrOptions.NotificationHandler"/>; disposed by whoever made it. One seed gives one series of faults; which notification
/// each of them meets depends on the order in which they are sent.
/// </summary>
public sealed class UnreliableNetwork(NetworkFaults faults, HttpMessageHandler carrier) : DelegatingHandler(carrier)
{
    private readonly Random random = new(faults.Seed);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Strikes(faults.Delayed)) await Task.Delay(faults.LongestDelay * NextDouble(), cancellationToken);
        if (Strikes(faults.Lost)) throw new HttpRequestException("Lost by the simulated network");
        if (Strikes(faults.Duplicated)) (await base.SendAsync(request, cancellationToken)).Dispose();
        var response = await base.SendAsync(request, cancellationToken);
        if (!Strikes(faults.AnswerLost)) return response;
        response.Dispose();
        throw new HttpRequestException("The simulated network lost the answer");
    }

    private bool Strikes(double probability) => probability > 0 && NextDouble() < probability;

    // Random is not thread-safe.
    private double NextDouble()
    {
        lock (random) return random.NextDouble();
    }
}
