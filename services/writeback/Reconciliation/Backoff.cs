using System.Security.Cryptography;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>How long a failed patient waits: doubling from one second to ten minutes, with half of it left to chance so that patients do not come back together.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private const int MaxDoublings = 10;

    /// <param name="failures">Failed attempts before this one, from 0.</param>
    public static TimeSpan After(long failures)
    {
        var full = First * Math.Pow(2, Math.Min(failures, MaxDoublings));
        var bounded = full < Longest ? full : Longest;
        return (bounded / 2) + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)(bounded / 2).TotalMilliseconds + 1));
    }
}
