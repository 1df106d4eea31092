using System.Text.Json.Nodes;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Simulator.Server;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>
/// One world under one seed: an EHR that is charted in, the four services with their stores, and between them a network and a bus that lose, double,
/// delay and reorder, processes that die, a clinician and an operator. One scheduler takes every step, so that the seed decides everything.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    private const int MostRounds = 400;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static int worlds;

    private readonly int seed;
    private readonly string store;
    private readonly Stage stage = new();
    private readonly SimulatedBus bus = new();
    private readonly IReadOnlyList<Charting> ward;
    private readonly Network network;
    private readonly Mail mail;
    private readonly People people;
    private readonly HashSet<Worker> fed = [.. Worker.All];
    private int nextSeed;

    public World(int seed, FaultPlan? faults = null, Action<string>? listener = null)
    {
        this.seed = seed;
        var random = new Random(seed);
        Plan = faults ?? FaultPlan.Draw(random);
        Zone = TimeZoneInfo.FindSystemTimeZoneById(random.NextDouble() < 0.5 ? "UTC" : "Europe/Madrid");
        Trace = new Trace(listener);
        Chance = new Chance(random.Next(), Trace) { Rests = Plan.Rests };
        ward = Ward.Generate(random.Next(), Zone);
        nextSeed = random.Next(1 << 20);
        store = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"cart-sim-{Environment.ProcessId}-{Interlocked.Increment(ref worlds)}");
        Ehr = new SimulatedEhr(Clock, new SimulatedEhrOptions { BaseUrl = EhrWire.Base });
        Options = Settings.Of(store, Start, Zone, Plan);
        network = new Network(Ehr, Clock, Plan, Chance);
        var around = new Surroundings(Options, Clock, bus, () => new EhrWire(network), AtFailpointAsync, () => ++nextSeed, OnError)
        {
            Sabotage = Plan.Sabotage,
        };
        Processes = new Processes(Plan, Chance, stage, around);
        mail = new Mail(Plan, Chance, stage, bus, Processes);
        people = new People(Ehr, Chance, stage, Processes, bus);
        stage.OnMove = step => fed.UnionWith(Worker.All.Where(worker => worker.FedBy.Any(step.StartsWith)));
    }

    public FaultPlan Plan { get; }

    public TimeZoneInfo Zone { get; }

    public CartOptions Options { get; }

    public Trace Trace { get; }

    public Chance Chance { get; }

    public SimClock Clock { get; } = new(Start);

    public SimulatedEhr Ehr { get; }

    public Processes Processes { get; }

    /// <summary>How often the hook has said 200.</summary>
    public int Accepted => mail.Accepted;

    public Touches Touches => people.Touches;

    /// <summary>What the product logged as errors.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Lives through the months of the ward under all faults, then lets the world come to rest.</summary>
    /// <exception cref="SimulationFailedException">A step threw, or the world does not come to rest.</exception>
    public async Task RunAsync()
    {
        try
        {
            await Processes.StartAllAsync();
            foreach (var charting in ward) await LiveAsync(charting);
            await ComeToRestAsync();
        }
        catch (Exception e) when (e is not SimulationFailedException)
        {
            throw new SimulationFailedException(seed, $"{e.GetType().Name} {e.Message}", e);
        }
        if (Errors.Count > 0) throw new SimulationFailedException(seed, "the product logged an error: " + Errors[0]);
    }

    public async ValueTask DisposeAsync()
    {
        Processes.KillAll();
        await Ehr.DisposeAsync();
        Trace.Dispose();
        if (Environment.GetEnvironmentVariable("CART_KEEP") is null) Directory.Delete(store, recursive: true);
    }

    private async Task LiveAsync(Charting charting)
    {
        if (charting.At > Clock.GetUtcNow()) PassTime(charting.At - Clock.GetUtcNow());
        Chart(charting);
        for (var steps = Chance.Next(2, 50); steps > 0; steps--) await TakeStepAsync();
    }

    private void Chart(Charting charting)
    {
        var (type, id) = (charting.Resource["resourceType"]!.GetValue<string>(), charting.Resource["id"]!.GetValue<string>());
        if (charting.IsDelete) Ehr.Delete(type, id);
        else Ehr.Put(charting.Resource);
        var version = Ehr.History(type).First(version => version.Id == id);
        Trace.Note($"chart {version.Reference}/{version.Version} {version.Kind} {What(charting.Resource)}");
        mail.Tell(version, Plan.Style);
    }

    private static string What(JsonObject resource) => string.Join(
        ' ', new[] { resource["subject"]?["reference"], resource["code"]?["coding"]?[0]?["code"], resource["valueQuantity"]?["value"], resource["status"], resource["link"] }
            .Where(part => part is not null).Select(part => part!.ToJsonString()));

    private async Task TakeStepAsync()
    {
        await ActAsync();
        Processes.Bury();
    }

    private async Task ActAsync()
    {
        if (Processes.Running.Count > 0 && Chance.Strikes(Plan.CrashBetween, "crash between steps")) Processes.Kill(Chance.Pick(Processes.Running));
        else if (Chance.Happens(Plan.Operator)) await people.OperateAsync();
        else if (Chance.Happens(0.1)) network.Land();
        else if (!Chance.Happens(Plan.Clinician) || !people.Edit()) await ActByWeightAsync();
    }

    private Task ActByWeightAsync()
    {
        var waiting = Worker.All.Where(fed.Contains).ToList();
        var weights = new[] { Weight(mail.Pushes), Weight(mail.Letters), Weight(stage.Resting.Count), Processes.Down * 3, 2, Weight(waiting.Count) };
        var draw = Chance.Next(0, weights.Sum());
        var choice = 0;
        while ((draw -= weights[choice]) >= 0) choice++;
        switch (choice)
        {
            case 0: return mail.DeliverPushAsync();
            case 1: return mail.DeliverLetterAsync();
            case 2: return stage.ResumeAsync(Chance.Pick(stage.Resting));
            case 3: return Processes.StartOneAsync();
            case 4:
                PassTime(TimeSpan.FromSeconds(Chance.Next(1, 45)));
                return Task.CompletedTask;
            default: return TurnAsync(Chance.Pick(waiting));
        }
    }

    private static int Weight(int waiting) => Math.Min(waiting, 8) * 3;

    private void PassTime(TimeSpan by)
    {
        network.Land();
        Clock.Advance(by);
        fed.UnionWith(Worker.All);
    }

    // True when the worker did something and may have more to do.
    private async Task<bool> TurnAsync(Worker worker)
    {
        if (Processes.Of(worker.Service) is not { } process || stage.IsBusy(process, worker.Name)) return false;
        fed.Remove(worker);
        Trace.Note("turn " + worker.Name);
        var hasMore = false;
        await stage.StartAsync(process, worker.Name, async () => hasMore = await worker.TurnAsync(process));
        if (hasMore) fed.Add(worker);
        return hasMore;
    }

    /// <summary>No fault strikes any more: whatever is on its way arrives, every worker works, time passes, until nothing changes any more.</summary>
    private async Task ComeToRestAsync()
    {
        Chance.IsAtWar = false;
        Trace.Note("peace");
        await Processes.StartAllAsync();
        await UntilNothingChangesAsync("after the last fault");
    }

    private async Task UntilNothingChangesAsync(string when)
    {
        // Long enough for everything that goes by the clock: two polls, a reading of each patient as a whole, the longest back-off.
        var needed = (2 * Plan.PollEvery) + Options.Sources["main"].Poll.DeepEvery + TimeSpan.FromHours(1);
        var (state, since) = ("", Clock.GetUtcNow());
        for (var round = 0; Clock.GetUtcNow() - since < needed; round++)
        {
            if (round == MostRounds) throw new SimulationFailedException(seed, $"{when} the world does not come to rest, to do: {await BacklogAsync()}; {mail.Pushes} notifications and {bus.InFlight.Count} messages under way");
            PassTime(TimeSpan.FromSeconds(31) * Math.Min(1 << Math.Min(round, 20), 1000));
            await GoRoundAsync();
            var now = await StateAsync();
            var backlog = await BacklogAsync();
            Trace.Note($"state {now} {backlog}");
            if (now != state || !mail.IsEmpty || backlog.Length > 0) (state, since) = (now, Clock.GetUtcNow());
        }
    }

    // Whatever is stored or written anywhere raises one of these.
    private async Task<string> StateAsync()
    {
        var listener = await SumAsync("listener", "SELECT COALESCE(MAX(id), 0) FROM notifications") + await SumAsync("listener", "SELECT COALESCE(MAX(id), 0) FROM deliveries");
        var versions = Checker.ReadTypes.Concat(["Flag", "CarePlan", "Provenance"]).Sum(type => Ehr.History(type).Count);
        return $"{listener} {await SumAsync("protocol", "SELECT COALESCE(SUM(revision), 0) FROM patients")} {await SumAsync("writeback", "SELECT COALESCE(MAX(id), 0) FROM ledger")} {versions}";
    }

    private Task<long> SumAsync(string service, string sql) =>
        Processes.Of(service)!.Database(service).ReadAsync(connection => connection.ExecuteScalarAsync<long>(sql), CancellationToken.None);

    private async Task GoRoundAsync()
    {
        while (stage.Resting.Count > 0) await stage.ResumeAsync(stage.Resting[0]);
        while (mail.Pushes > 0) await mail.DeliverPushAsync();
        foreach (var worker in Worker.All)
        {
            while (await TurnAsync(worker))
            {
            }
            while (mail.Letters > 0) await mail.DeliverLetterAsync();
        }
    }

    private async Task<string> BacklogAsync()
    {
        var waiting = new List<string>();
        foreach (var backlog in Processes.Running.SelectMany(process => process.Services.GetServices<Backlog>()).OrderBy(backlog => backlog.Service, StringComparer.Ordinal))
        {
            if (await backlog.CountAsync(CancellationToken.None) is > 0 and var count) waiting.Add($"{backlog.Service} {count}");
        }
        return string.Join(", ", waiting);
    }

    private ValueTask AtFailpointAsync(string name) => Processes.AtFailpointAsync(name);

    private void OnError(string line) => Errors.Add(line);
}
