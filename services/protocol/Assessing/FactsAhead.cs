using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>
/// When the next known fact comes into sight (P1.5), for a patient without an infusion: the assessment names no review time then (P11.4), yet the
/// infusion itself may lie ahead, dated by a clock that runs fast.
/// </summary>
internal static class FactsAhead
{
    /// <summary>The earliest time of a fact after <paramref name="asOf"/>, a date-only fact from the start of its local day; null when none lies ahead.</summary>
    public static DateTimeOffset? FirstAfter(DateTimeOffset asOf, IEnumerable<ResourceVersion> versions, FacilityClock facility)
    {
        var ahead = versions.SelectMany(version => FactTimes.OfFacts(version).Concat(FactTimes.OfRefusals(version))).Select(SeenFrom).Where(time => time > asOf).ToList();
        return ahead.Count == 0 ? null : ahead.Min();

        DateTimeOffset SeenFrom(ClinicalTime time) => time.Instant ?? facility.StartOf(time.Date!.Value);
    }
}
