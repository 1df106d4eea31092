using Microsoft.Extensions.DependencyInjection;

namespace CarT.Fhir.Hosting;

/// <summary>How much a service still has to do: rows without their receipt, due reviews, unreconciled targets. Each service registers its own.</summary>
public sealed record Backlog(string Service, Func<CancellationToken, Task<long>> CountAsync)
{
    /// <summary>The sum over the services of a host, or over the named ones; 0 means at rest.</summary>
    public static async Task<long> OfAllAsync(IServiceProvider services, CancellationToken cancel, params string[] names)
    {
        var sum = 0L;
        foreach (var backlog in services.GetServices<Backlog>().Where(each => names.Length == 0 || names.Contains(each.Service))) sum += await backlog.CountAsync(cancel);
        return sum;
    }
}
