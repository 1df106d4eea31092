namespace CarT.Fhir.Standalone.Demo;

/// <summary>The services of a demo: in this process on SQLite, or separate processes on PostgreSQL and RabbitMQ.</summary>
internal interface IDemoServices : IAsyncDisposable
{
    /// <summary>Address of the page.</summary>
    string PageUrl { get; }

    /// <summary>Address of the hook, without its path.</summary>
    string HookUrl { get; }

    /// <summary>How much these services, or all of them, still have to do.</summary>
    Task<long> BacklogAsync(CancellationToken cancel, params string[] services);
}
