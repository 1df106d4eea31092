using System.Text;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;
using Task = System.Threading.Tasks.Task;

namespace CarT.Fhir.Gateway.ReadModel;

/// <summary>Makes the read model say what a revision says, in one transaction. A resource gets a new version only when its content differs.</summary>
internal sealed class ReadModelWriter(GatewayStore store, GatewayMetrics metrics, CartOptions options, TimeProvider time)
{
    private readonly IdentifierSystems identifiers = new(options.Identifiers);
    private readonly TimeZoneInfo facilityZone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    /// <summary>
    /// Applies the revision unless a higher one stands. One of the same number is applied too: as a rule it changes nothing, but when the protocol's
    /// store was restored from a backup the number may have been given a second time, and then what the protocol says now is true.
    /// </summary>
    /// <returns>The revision that stands afterwards.</returns>
    public async Task<long> ApplyAsync(AssessmentChanged revision, CancellationToken cancel)
    {
        var (standing, written) = await store.InTransactionAsync<(long, List<StoredResource>?)>(async transaction =>
        {
            var held = await transaction.RevisionAsync(revision.Patient);
            if (held > revision.Revision) return (held, null);
            await transaction.SavePatientAsync(revision);
            return (revision.Revision, await WriteAsync(transaction, revision));
        }, cancel);
        if (written is null) metrics.Stale();
        else metrics.Stored(written);
        return standing;
    }

    private async Task<List<StoredResource>> WriteAsync(GatewayTransaction transaction, AssessmentChanged revision)
    {
        var shown = (await transaction.ResourcesOfAsync(revision.Patient)).ToDictionary(resource => (resource.Type, resource.Id));
        var written = new List<StoredResource>();
        foreach (var wanted in WantedResources.Of(revision, identifiers, facilityZone))
        {
            shown.Remove((wanted.Resource.TypeName, wanted.Identifier.Value!), out var before);
            if (before is null && wanted.OnlyIfShown) continue;
            if (wanted.Resource is CarePlan plan && before is not null) plan.CreatedElement = new FhirDateTime(Local(before.CreatedTicks));
            await PutAsync(wanted.Resource, wanted.Identifier, before);
        }
        foreach (var ended in shown.Values.Where(resource => resource.Type == "CarePlan"))
        {
            // The plan of an earlier episode has run its course; without any episode it should not have been.
            if (FhirJson.Read(Encoding.UTF8.GetBytes(ended.Body)).Resource is not CarePlan { Status: RequestStatus.Active } plan) continue;
            plan.Status = revision.Assessment.Episode is null ? RequestStatus.Revoked : RequestStatus.Completed;
            await PutAsync(plan, plan.Identifier[0], ended);
        }
        return written;

        async Task PutAsync(DomainResource resource, Identifier identifier, StoredResource? before)
        {
            var content = Prepare(resource, identifier, revision.Patient);
            if (content == before?.ContentHash) return;
            var next = Version(resource, identifier, before, revision.Patient, content, await transaction.NextTicksAsync(time.GetUtcNow()));
            await transaction.PutAsync(next);
            written.Add(next);
        }
    }

    /// <summary>Gives the resource its id and source, and returns the hash of its content without versions.</summary>
    private string Prepare(DomainResource resource, Identifier identifier, PatientKey patient)
    {
        resource.Id = identifier.Value;
        // The same patient id in two namespaces is two people; the resource says which one is meant.
        resource.Meta!.Source = identifiers.SourceNamespace(patient.Namespace);
        resource.Meta.VersionId = null;
        resource.Meta.LastUpdated = null;
        return ContentHash.OfBytes(FhirJson.Write(resource));
    }

    private static StoredResource Version(DomainResource resource, Identifier identifier, StoredResource? before, PatientKey patient, string content, long ticks)
    {
        var version = (before?.Version ?? 0) + 1;
        resource.Meta!.VersionId = version.ToString();
        resource.Meta.LastUpdated = new DateTimeOffset(ticks, TimeSpan.Zero);
        return new StoredResource
        {
            Type = resource.TypeName,
            Id = identifier.Value!,
            Namespace = patient.Namespace,
            PatientId = patient.Id,
            IdentifierSystem = identifier.System!,
            IdentifierValue = identifier.Value!,
            Version = version,
            CreatedTicks = before?.CreatedTicks ?? CreatedTicks(resource, ticks),
            LastUpdatedTicks = ticks,
            ContentHash = content,
            Body = Encoding.UTF8.GetString(FhirJson.Write(resource)),
        };
    }

    private static long CreatedTicks(DomainResource resource, long now) =>
        resource is CarePlan { CreatedElement: { } created } ? created.ToDateTimeOffset(TimeSpan.Zero).UtcTicks : now;

    private DateTimeOffset Local(long ticks) => TimeZoneInfo.ConvertTime(new DateTimeOffset(ticks, TimeSpan.Zero), facilityZone);
}
