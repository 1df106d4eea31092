using System.IO.MemoryMappedFiles;

namespace CarT.Fhir.Hosting;

/// <summary>
/// The calendar of a demonstration whose services are separate processes: eight bytes of a file, the UTC ticks of the ward's time, which one process
/// writes and the others read (<c>CART_DEMO_CALENDAR=FILE</c>). No hospital sets that variable.
/// </summary>
public sealed class SharedCalendar : TimeProvider, IDisposable
{
    public const string Variable = "CART_DEMO_CALENDAR";

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor ticks;

    private SharedCalendar(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, sizeof(long));
        ticks = file.CreateViewAccessor();
    }

    /// <summary>The calendar of a file, which is made when it is not there.</summary>
    public static SharedCalendar Open(string path) => new(path);

    /// <summary>The calendar that the environment names, or null.</summary>
    public static SharedCalendar? OfEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? Open(path) : null;

    public override DateTimeOffset GetUtcNow() => new(ticks.ReadInt64(0), TimeSpan.Zero);

    /// <summary>It is this time of the ward from now on.</summary>
    public void Set(DateTimeOffset now) => ticks.Write(0, now.UtcTicks);

    public void Dispose()
    {
        ticks.Dispose();
        file.Dispose();
    }
}
