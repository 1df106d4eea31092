using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The time as of which a file of facts is assessed when nobody names one: that of its latest fact.</summary>
public static class LatestFact
{
    /// <summary>
    /// In UTC, a date-only fact from the start of its local day (P1.5). Without a fact that of the latest refusal, without one the latest lastUpdated,
    /// else the Unix epoch, so that the same input gives the same bytes.
    /// </summary>
    public static DateTimeOffset Of(IReadOnlyCollection<ResourceVersion> resources, TimeZoneInfo facilityZone)
    {
        var clock = new FacilityClock(facilityZone);
        return Latest(resources.SelectMany(FactTimes.OfFacts), clock)
            ?? Latest(resources.SelectMany(FactTimes.OfRefusals), clock)
            ?? resources.Max(static version => version.LastUpdated)?.ToUniversalTime()
            ?? DateTimeOffset.UnixEpoch;
    }

    private static DateTimeOffset? Latest(IEnumerable<ClinicalTime> times, FacilityClock clock) =>
        times.Select(time => (DateTimeOffset?)clock.Locate(time).SeenFrom.ToUniversalTime()).Max();
}
