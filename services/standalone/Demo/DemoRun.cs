using CarT.Fhir.Hosting;
using CarT.Fhir.Simulator.Courses;
using CarT.Fhir.Simulator.Replay;
using Spectre.Console;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>
/// Starts a simulated EHR and the services on 127.0.0.1, replays a synthetic cohort day by day on the ward's calendar, and shows what stands in the EHR
/// afterwards, read back from it over FHIR.
/// </summary>
internal static class DemoRun
{
    private static readonly DateOnly FirstInfusionOn = new(2026, 1, 12);
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid");

    public static async Task<int> RunAsync(DemoSettings settings, CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        var store = Directory.CreateTempSubdirectory("cart-fhir-demo-").FullName;
        try
        {
            using var shared = SharedCalendar.Open(SeparateServices.CalendarOf(store));
            shared.Set(Start());
            var calendar = new ReplayClock(Start()) { Advanced = shared.Set };
            await using var demo = await DemoHosts.StartAsync(
                calendar,
                ehrBase => settings.Separate
                    ? SeparateServices.StartAsync(store, ehrBase, calendar, Zone, cancel)
                    : ServicesInProcess.StartAsync(store, ehrBase, calendar, Zone, settings.Throughput is not null, cancel),
                cancel);
            Console.WriteLine($"Simulated EHR  {demo.EhrBase}");
            Console.WriteLine($"CarT.Fhir      {demo.PageUrl}/");
            if (settings.Throughput is { } results)
            {
                await ThroughputRun.RunAsync(demo, results, cancel);
                return ExitCodes.Done;
            }
            Console.WriteLine($"{settings.Patients} synthetic patients, seed {settings.Seed}; every resource says that it is synthetic.");
            await ReplayAsync(demo, settings, cancel);
            await DemoTable.WriteAsync(demo.EhrBase, settings, cancel);
            Console.WriteLine($"{TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
            if (settings.ExitAfterTable) return ExitCodes.Done;
            Console.WriteLine($"The page is at {demo.PageUrl}/ until Ctrl-C.");
            await UntilCancelledAsync(cancel);
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        finally
        {
            Directory.Delete(store, recursive: true);
        }
    }

    private static DateTimeOffset Start() => new(FirstInfusionOn.AddDays(-30).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static async Task ReplayAsync(DemoHosts demo, DemoSettings settings, CancellationToken cancel)
    {
        var writes = SyntheticCohort.Generate(new CohortOptions { Seed = settings.Seed, Patients = settings.Patients, FirstInfusionOn = FirstInfusionOn, TimeZone = Zone });
        var replay = new CohortReplay(demo.Ehr, demo.Calendar, writes) { WhenBehind = demo.CaughtUpAsync };
        await ProgressAsync(progress => replay.Run(progress, cancel));
        await demo.AtRestAsync(cancel);
    }

    /// <summary>A bar on standard error where it is a terminal; nothing where it is a file or a pipe.</summary>
    private static async Task ProgressAsync(Func<IProgress<ReplayProgress>?, Task> work)
    {
        if (Console.IsErrorRedirected)
        {
            await work(null);
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async context =>
        {
            var bar = context.AddTask("replaying");
            await work(new BarProgress(bar));
        });
    }

    private static async Task UntilCancelledAsync(CancellationToken cancel)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl-C is how a person ends the demo.
        }
    }

    private sealed class BarProgress(ProgressTask bar) : IProgress<ReplayProgress>
    {
        public void Report(ReplayProgress value)
        {
            bar.MaxValue = value.Total;
            bar.Value = value.Applied;
            bar.Description = $"{value.Now:yyyy-MM-dd}";
        }
    }
}
