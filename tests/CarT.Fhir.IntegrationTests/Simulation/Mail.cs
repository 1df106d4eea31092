using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>Everything that is on its way between processes: notifications to the hook and messages of the bus. Lost, doubled and reordered here.</summary>
internal sealed class Mail
{
    private const int MostAttempts = 3;
    private readonly FaultPlan plan;
    private readonly Chance chance;
    private readonly Stage stage;
    private readonly SimulatedBus bus;
    private readonly Processes processes;
    private readonly List<Push> pushes = [];
    private readonly List<Push> taken = [];
    private readonly List<Letter> opened = [];
    private long sent;
    private long events;

    public Mail(FaultPlan plan, Chance chance, Stage stage, SimulatedBus bus, Processes processes)
    {
        (this.plan, this.chance, this.stage, this.bus, this.processes) = (plan, chance, stage, bus, processes);
        processes.OnDeath = OnDeath;
    }

    /// <summary>What the hook must be told with; accepted by every incarnation.</summary>
    public const string HookSecret = "hook-secret-of-the-simulation";

    public int Pushes => pushes.Count;

    public int Letters => bus.InFlight.Count(letter => processes.Of(letter.Queue.Service) is not null);

    public bool IsEmpty => pushes.Count + bus.InFlight.Count == 0;

    /// <summary>The EHR tells of a write, in the way of this world.</summary>
    public void Tell(StoredVersion version, PushStyle style)
    {
        if (style == PushStyle.Mixed)
        {
            if (chance.Happens(0.05)) pushes.Add(PushShapes.Ping(++sent));
            style = (PushStyle)chance.Next(0, (int)PushStyle.Mixed);
        }
        // The event is numbered before it is lost.
        if (style is PushStyle.TopicFull or PushStyle.TopicIdOnly) events++;
        var push = PushShapes.Of(style, version, ++sent, events);
        if (push is not null && !chance.Strikes(plan.PushLost, "notification lost")) pushes.Add(push);
    }

    /// <summary>How often the hook has said 200: so many notifications are ours, whatever happens.</summary>
    public int Accepted { get; private set; }

    public async Task DeliverPushAsync()
    {
        var push = Take(pushes);
        if (chance.Strikes(plan.PushTwice, "notification doubled")) pushes.Add(push);
        chance.Trace.Note($"push {push.Number} {push.Method} {push.About}");
        if (processes.Of("listener") is not { } listener)
        {
            if (plan.Sabotage == Sabotage.EveryPushCountsAsAccepted) Accepted++;
            TryAgain(push);
            return;
        }
        taken.Add(push);
        await stage.StartAsync(listener, $"hook {push.Number}", async () =>
        {
            var status = await listener.Door!.TakeAsync(push, HookSecret);
            taken.Remove(push);
            chance.Trace.Note($"push {push.Number} answered {status}");
            if (status == 200 || plan.Sabotage == Sabotage.EveryPushCountsAsAccepted) Accepted++;
            else if (status is >= 500 or 429) TryAgain(push);
        });
    }

    public async Task DeliverLetterAsync()
    {
        var deliverable = bus.InFlight.Where(letter => processes.Of(letter.Queue.Service) is not null).ToList();
        var letter = Take(deliverable);
        bus.InFlight.Remove(letter);
        if (chance.Strikes(plan.BusLost, "message lost")) return;
        if (chance.Strikes(plan.BusTwice, "message doubled")) bus.InFlight.Add(letter);
        chance.Trace.Note($"letter {letter.Number} to {letter.Queue.Name}");
        var process = processes.Of(letter.Queue.Service)!;
        opened.Add(letter);
        await stage.StartAsync(process, $"{letter.Queue.Service} letter {letter.Number}", async () =>
        {
            await letter.Queue.ConsumeAsync(process, letter);
            opened.Remove(letter);
        });
    }

    // The sender gets no answer; the broker no acknowledgement. A bus in memory dies with its process.
    private void OnDeath(Incarnation process)
    {
        if (process.Has("listener"))
        {
            if (plan.Sabotage == Sabotage.EveryPushCountsAsAccepted) Accepted += taken.Count;
            foreach (var push in taken) TryAgain(push);
            taken.Clear();
        }
        var unacknowledged = opened.Where(letter => process.Has(letter.Queue.Service)).ToList();
        opened.RemoveAll(unacknowledged.Contains);
        if (plan.BusSurvives) bus.InFlight.AddRange(unacknowledged);
        else bus.InFlight.RemoveAll(letter => process.Has(letter.Queue.Service));
    }

    private void TryAgain(Push push)
    {
        if (push.Attempts + 1 < MostAttempts) pushes.Add(push with { Attempts = push.Attempts + 1 });
        else chance.Trace.Count("fault: notification given up", push.About);
    }

    private T Take<T>(List<T> waiting)
    {
        var index = chance.IsAtWar && chance.Happens(plan.Reordered) ? chance.Next(0, waiting.Count) : 0;
        if (index > 0) chance.Trace.Count("fault: reordered");
        var next = waiting[index];
        waiting.RemoveAt(index);
        return next;
    }
}
