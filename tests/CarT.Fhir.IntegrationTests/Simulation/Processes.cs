namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>The processes of a simulation: which run, which are down, and their deaths.</summary>
internal sealed class Processes(FaultPlan plan, Chance chance, Stage stage, Surroundings around)
{
    public static readonly string[] Services = ["listener", "protocol", "writeback", "gateway"];

    private readonly List<IReadOnlyList<string>> down = plan.Apart ? [.. Services.Select(service => new[] { service })] : [Services];
    private readonly List<Incarnation> running = [];
    private Incarnation? dying;

    public IReadOnlyList<Incarnation> Running => running;

    public int Down => down.Count;

    /// <summary>Told when a process died, before anything else happens.</summary>
    public Action<Incarnation> OnDeath { get; set; } = _ => { };

    /// <summary>The process that runs a service, or null while it is down.</summary>
    public Incarnation? Of(string service) => running.Find(process => process.Has(service));

    public async Task StartAllAsync()
    {
        while (down.Count > 0) await StartOneAsync();
    }

    public async Task StartOneAsync()
    {
        var services = chance.Pick(down);
        down.Remove(services);
        chance.Trace.Note("start " + string.Join('+', services));
        running.Add(await Incarnation.StartAsync(services, around));
    }

    /// <summary>A durable boundary that a step goes by: the power may fail here, or the step rest.</summary>
    public async ValueTask AtFailpointAsync(string name)
    {
        if (Stage.Current is not { } step) return;
        if (chance.Strikes(plan.CrashAtFailpoint, "crash at " + name))
        {
            dying = step.Process;
            await step.RestAsync("death");
        }
        await chance.RestAsync("at " + name);
    }

    /// <summary>Completes the death of a process that a step met at a failpoint.</summary>
    public void Bury()
    {
        if (dying is { } process) Kill(process);
    }

    public void Kill(Incarnation process)
    {
        dying = null;
        chance.Trace.Note("death of " + string.Join('+', process.Names));
        stage.Abandon(process);
        running.Remove(process);
        down.Add(process.Names);
        process.Die();
        OnDeath(process);
    }

    public void KillAll()
    {
        foreach (var process in running.ToList()) Kill(process);
    }
}
