using System.Net;
using System.Threading.RateLimiting;
using CarT.Fhir.Listener.Sources;

namespace CarT.Fhir.Listener.Hook;

/// <summary>
/// How often the hook is open: so many notifications a minute for each source, and few wrong credentials for each source and address. A right credential
/// is never refused for the wrong ones of others, since behind a proxy everybody has one address.
/// </summary>
internal sealed class HookLimits : IDisposable
{
    private const int WrongCredentialsAtOnce = 60;
    private static readonly TimeSpan OneWrongCredential = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<Source> requests = PartitionedRateLimiter.Create<Source, string>(
        source => RateLimitPartition.GetTokenBucketLimiter(source.Name, _ => BucketOf(source.Options.Hook.RequestsPerMinute)));

    private readonly PartitionedRateLimiter<(Source Source, IPAddress? Address)> strangers =
        PartitionedRateLimiter.Create<(Source Source, IPAddress? Address), (string, IPAddress?)>(
            stranger => RateLimitPartition.GetTokenBucketLimiter((stranger.Source.Name, stranger.Address), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = WrongCredentialsAtOnce,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = OneWrongCredential,
            }));

    /// <summary>Counts a notification of a source. Null when it may come in, else how long its sender should wait.</summary>
    public TimeSpan? Take(Source source) => WaitOf(requests.AttemptAcquire(source));

    /// <summary>Counts a wrong credential. Null when it is one of few, else how long the caller should wait.</summary>
    public TimeSpan? TakeStranger(Source source, IPAddress? address) => WaitOf(strangers.AttemptAcquire((source, address)));

    public void Dispose()
    {
        requests.Dispose();
        strangers.Dispose();
    }

    private static TimeSpan? WaitOf(RateLimitLease lease)
    {
        using (lease)
        {
            if (lease.IsAcquired) return null;
            return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) && wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1);
        }
    }

    private static TokenBucketRateLimiterOptions BucketOf(int perMinute)
    {
        var aSecond = perMinute / 60;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, aSecond),
            ReplenishmentPeriod = aSecond > 0 ? TimeSpan.FromSeconds(1) : Minute / perMinute,
        };
    }
}
