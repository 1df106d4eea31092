namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>One piece of work of a process: from its start to its end, with rests where the process would wait for somebody else.</summary>
internal sealed class Step(Incarnation process, string name)
{
    private TaskCompletionSource? resume;
    private TaskCompletionSource rested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Incarnation Process => process;

    public string Name => name;

    /// <summary>Where it rests.</summary>
    public string Where { get; private set; } = "";

    public Task Work { get; set; } = Task.CompletedTask;

    public async Task RestAsync(string where)
    {
        Where = where;
        var wait = resume = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rested.SetResult();
        await wait.Task;
    }

    public void Resume()
    {
        rested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        resume!.SetResult();
    }

    /// <summary>Completes when it has ended or rests.</summary>
    public Task WhenQuietAsync() => Task.WhenAny(Work, rested.Task);
}

/// <summary>
/// Lets one step run at a time. A step that comes to a place where it would wait (an HTTP exchange, a durable boundary) may rest there, and others run
/// in between: so steps interleave as in real processes, and yet in one order that the seed decides.
/// </summary>
internal sealed class Stage
{
    // Of the real clock: a step that neither ends nor rests waits for something that only another step can do.
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(30);
    private static readonly AsyncLocal<Step?> Running = new();
    private readonly List<Step> resting = [];

    /// <summary>The steps that rest, in the order in which they came to it.</summary>
    public IReadOnlyList<Step> Resting => resting;

    /// <summary>The step whose code is running, or null outside of steps.</summary>
    public static Step? Current => Running.Value;

    /// <summary>Told the name of every step that was taken or came to its end.</summary>
    public Action<string> OnMove { get; set; } = _ => { };

    public bool IsBusy(Incarnation process, string name) => resting.Exists(step => step.Process == process && step.Name == name);

    public async Task StartAsync(Incarnation process, string name, Func<Task> work)
    {
        var step = new Step(process, name);
        step.Work = RunAsync(step, work);
        await SettleAsync(step);
    }

    public async Task ResumeAsync(Step step)
    {
        resting.Remove(step);
        step.Resume();
        await SettleAsync(step);
    }

    /// <summary>The process is dead: whatever rests never goes on.</summary>
    public void Abandon(Incarnation process) => resting.RemoveAll(step => step.Process == process);

    private static async Task RunAsync(Step step, Func<Task> work)
    {
        Running.Value = step;
        await work();
    }

    private async Task SettleAsync(Step step)
    {
        var quiet = step.WhenQuietAsync();
        if (!quiet.IsCompleted) await quiet.WaitAsync(Stuck);
        OnMove(step.Name);
        if (step.Work.IsCompleted) await step.Work;
        else if (!step.Process.IsDead) resting.Add(step);
    }
}
