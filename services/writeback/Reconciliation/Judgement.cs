using System.Text;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Wanted;
using Hl7.Fhir.Model;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>What is to be done with a resource that stands in the target.</summary>
/// <param name="Baseline">The resource to remember as ours; null keeps what is remembered.</param>
internal abstract record Judgement(string? Baseline)
{
    /// <summary>It says what is wanted.</summary>
    internal sealed record Equal(string? Baseline) : Judgement(Baseline);

    /// <summary>It is replaced by <paramref name="Body"/> (JSON, with its id).</summary>
    /// <param name="Body">What to send.</param>
    /// <param name="Baseline">As everywhere.</param>
    /// <param name="Recognised">What stands there now was recognised as ours by this; remembered before anything else is sent. Null: nothing new.</param>
    internal sealed record Replace(string Body, string? Baseline, string? Recognised) : Judgement(Baseline);

    /// <summary>A clinician changed it: it is left as it is.</summary>
    internal sealed record Leave(string? Baseline) : Judgement(Baseline);

    /// <summary>Judges a Flag or CarePlan. Pure.</summary>
    /// <param name="row">What is wanted, and what is remembered.</param>
    /// <param name="wanted">The wanted form of the row.</param>
    /// <param name="found">As it stands there.</param>
    /// <param name="systems">Our identifier systems.</param>
    public static Judgement Of(ResourceRow row, WantedResource wanted, FoundResource found, IdentifierSystems systems) =>
        (Read(found.Json), Read(wanted.Body)) switch
        {
            (Flag standing, Flag flag) => OfFlag(row, found, standing, flag),
            (CarePlan standing, CarePlan plan) => OfPlan(row, found, standing, plan, systems),

            // What we cannot read we did not write like that.
            _ => new Leave(null),
        };

    private static Judgement OfFlag(ResourceRow row, FoundResource found, Flag standing, Flag wanted)
    {
        // A merge of patients in the charting system re-points what we wrote: what is over is closed wherever it stands.
        if (wanted.Status != Flag.FlagStatus.Active) wanted.Subject = standing.Subject;
        if (WrittenContent.IsUpToDate(standing, wanted)) return new Equal(found.Json);
        if (!IsOurVersion(row, standing) && (HoldsMore(found, standing) || !IsOurContent(row, standing, wanted))) return new Leave(null);

        // What the server added (extensions, its own identifiers) stays, and so does the subject.
        standing.Text = wanted.Text;
        standing.Status = wanted.Status;
        standing.Category = wanted.Category;
        standing.Code = wanted.Code;
        standing.Period = wanted.Period;
        return new Replace(Json(standing), null, found.Json);
    }

    private static Judgement OfPlan(ResourceRow row, FoundResource found, CarePlan standing, CarePlan wanted, IdentifierSystems systems)
    {
        if (HoldsMore(found, standing)) return new Leave(null);
        var (merged, recognised) = Baselines(row).Select(known => (Merge: CarePlanMerge.Merge(standing, wanted, Read(known) as CarePlan, systems), Known: known))
            .MinBy(candidate => candidate.Merge.LeftToClinician.Count + candidate.Merge.ElementsLeft.Count);
        var baseline = Json(merged.Baseline);
        if (!WrittenContent.IsUpToDate(standing, merged.Plan)) return new Replace(Json(merged.Plan), baseline, recognised);
        return merged.LeftToClinician.Count > 0 ? new Leave(baseline) : new Equal(baseline);
    }

    // After a write without an answer either may be what stands there: the one under which less looks like a clinician's work.
    private static IEnumerable<string?> Baselines(ResourceRow row)
    {
        if (row.SentHash is not null && Read(row.Sent) is CarePlan) yield return row.Sent;
        yield return row.Written;
    }

    // Both must agree: there are servers whose versions never change. Before the answer to our create is known, a first version is its creator's,
    // and under our identifier that is us.
    private static bool IsOurVersion(ResourceRow row, Flag standing)
    {
        if (standing.Meta is not { VersionId: { } version } meta) return false;
        if (row.ResourceId is null) return row.SentHash is not null && version == "1";
        return version == row.VersionId && meta.LastUpdated is { } updated && updated == Read(row.Written)?.Meta?.LastUpdated;
    }

    private static bool IsOurContent(ResourceRow row, Flag standing, Flag wanted) => new[] { row.Written, row.Sent }.Select(Read).OfType<Flag>().Any(ours =>
    {
        if (wanted.Status != Flag.FlagStatus.Active) ours.Subject = standing.Subject;
        return !WrittenContent.WasEdited(standing, WrittenContent.Fingerprint(ours));
    });

    private static bool HoldsMore(FoundResource found, DomainResource read) => WrittenContent.WouldLose(FoundResource.Bytes(found.Json), read);

    private static Resource? Read(string? json) => json is null ? null : FhirJson.Read(Encoding.UTF8.GetBytes(json)).Resource;

    private static string Json(Resource resource) => Encoding.UTF8.GetString(FhirJson.Write(resource));
}
