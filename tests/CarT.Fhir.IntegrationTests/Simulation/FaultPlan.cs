namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>How the EHR of a simulation tells us of a change.</summary>
internal enum PushStyle
{
    /// <summary>PUT of the resource (classic rest-hook).</summary>
    Put,

    /// <summary>POST of the bare resource.</summary>
    Post,

    /// <summary>Topic Bundle with the resource, event by event.</summary>
    TopicFull,

    /// <summary>Topic Bundle that names the resource only.</summary>
    TopicIdOnly,

    /// <summary>Any of these, and now and then an empty ping.</summary>
    Mixed,
}

/// <summary>A fault that is built in on purpose, to see that the checks find it.</summary>
internal enum Sabotage
{
    None,

    /// <summary>In the processes no duration ever passes: what was lost is never sent again.</summary>
    StopwatchStands,

    /// <summary>The condition of an update (If-Match) is lost on the way.</summary>
    UpdatesAreUnconditional,

    /// <summary>The condition of a create (If-None-Exist) is lost on the way, and so is what a search finds.</summary>
    CreatesAreBlind,

    /// <summary>The hook's answer is taken for 200 whatever it is.</summary>
    EveryPushCountsAsAccepted,
}

/// <summary>
/// What goes wrong under a seed, and how often (each from 0 to 1). Each seed has some kinds of faults and not others: a fault that is always there
/// hides what happens without it.
/// </summary>
internal sealed record FaultPlan
{
    public required PushStyle Style { get; init; }

    /// <summary>Whether each service is a process of its own, or all are one.</summary>
    public required bool Apart { get; init; }

    /// <summary>Whether the bus outlives the processes.</summary>
    public required bool BusSurvives { get; init; }

    /// <summary>From one poll to the next.</summary>
    public required TimeSpan PollEvery { get; init; }

    /// <summary>Whether deletes that were not told are found in the history of the EHR, or by reading every patient as a whole now and then.</summary>
    public required bool DeletesByHistory { get; init; }

    /// <summary>Whether the EHR tells its time with its answers.</summary>
    public required bool TellsTime { get; init; }

    public double PushLost { get; init; }

    public double PushTwice { get; init; }

    /// <summary>How often the next notification or message is not the oldest.</summary>
    public double Reordered { get; init; }

    public double BusLost { get; init; }

    public double BusTwice { get; init; }

    public double LostBefore { get; init; }

    public double LostAfter { get; init; }

    /// <summary>How often a write arrives after its sender was told that the connection broke.</summary>
    public double Late { get; init; }

    public double ServerError { get; init; }

    public double Throttled { get; init; }

    public double Unavailable { get; init; }

    public double Conflict { get; init; }

    public double DuplicateCreate { get; init; }

    public double StaleSearch { get; init; }

    public double CrashAtFailpoint { get; init; }

    public double CrashBetween { get; init; }

    /// <summary>How often a step rests where it could.</summary>
    public double Rests { get; init; }

    public double Clinician { get; init; }

    public double Operator { get; init; }

    public Sabotage Sabotage { get; init; }

    public static FaultPlan Draw(Random random)
    {
        return new FaultPlan
        {
            Style = (PushStyle)random.Next(5),
            Apart = random.NextDouble() < 0.4,
            BusSurvives = random.NextDouble() < 0.5,
            PollEvery = TimeSpan.FromMinutes(random.Next(3) switch { 0 => 5, 1 => 240, _ => 1440 }),
            DeletesByHistory = random.NextDouble() < 0.6,
            TellsTime = random.NextDouble() < 0.7,
            PushLost = Some(random, 0.3),
            PushTwice = Some(random, 0.3),
            Reordered = Some(random, 0.8),
            BusLost = Some(random, 0.2),
            BusTwice = Some(random, 0.3),
            LostBefore = Some(random, 0.15),
            LostAfter = Some(random, 0.15),
            Late = Some(random, 0.1),
            ServerError = Some(random, 0.1),
            Throttled = Some(random, 0.05),
            Unavailable = Some(random, 0.05),
            Conflict = Some(random, 0.15),
            DuplicateCreate = Some(random, 0.3),
            StaleSearch = Some(random, 0.3),
            CrashAtFailpoint = Some(random, 0.02),
            CrashBetween = Some(random, 0.01),
            Rests = Some(random, 0.5),
            Clinician = Some(random, 0.2),
            Operator = Some(random, 0.02),
        };
    }

    private static double Some(Random random, double most) => random.NextDouble() < 0.6 ? most * random.NextDouble() : 0;
}
