using CarT.Fhir.Contracts;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;

namespace CarT.Fhir.Listener.Normalising;

/// <summary>The source could not be asked now; the row is worked again later.</summary>
internal sealed class SourceUnavailableException(FhirAnswer answer)
    : Exception($"The source gave no usable answer: {answer.Verdict}, status {(int?)answer.Status}, fault {answer.Fault ?? "none"}")
{
    /// <summary>How long the source asked us to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; } = answer.RetryAfter;
}

/// <summary>Turns the items of a notification into resource versions, asking the source for what did not come along.</summary>
internal sealed class ResourceVersions(TimeProvider time)
{
    // One slow answer must not hold back the rows behind it; the row comes again.
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(15);

    private readonly ReferenceCache references = new(time);

    /// <exception cref="SourceUnavailableException">The source could not be asked now.</exception>
    public async Task<ResourceVersion> ReadAsync(
        Source source, NotificationItem.Content item, IReadOnlyDictionary<string, string> fullUrls, CancellationToken cancel)
    {
        var context = source.Reading with { FullUrls = fullUrls };
        var header = FhirJsonScan.Scan(item.Json).Header;
        if (header is { Type: { } type, Id: { Length: > 0 } id } && FactReader.IsUsed(type) && !HasOrder(header, source))
            return await CurrentAsync(source, new NotificationItem.Named(type, id, null, null), cancel);
        return await ReadAsync(source, item.Json, context, cancel);
    }

    /// <summary>The current version of a named resource; a retraction when the source has it no more (P3.2).</summary>
    /// <exception cref="SourceUnavailableException">The source could not be asked now.</exception>
    public async Task<ResourceVersion> CurrentAsync(Source source, NotificationItem.Named item, CancellationToken cancel)
    {
        var key = new ResourceKey(source.Reading.Namespace, item.Type, item.Id);
        if (!FactReader.IsUsed(item.Type)) return FactReader.Deleted(key, null, null) with { Retracted = false, NotRelevant = NotRelevantReasons.TypeNotUsed };
        var answer = await AskAsync(source, item.Type, item.Id, cancel);
        return answer.Verdict == FhirVerdict.Done
            ? await ReadAsync(source, answer.Body, source.Reading, cancel)
            : FactReader.Deleted(key, item.DeletedVersion ?? answer.VersionId, item.DeletedAt);
    }

    // Without the element that orders versions at this source nobody can tell whether this one is the newest (P3.2).
    private static bool HasOrder(ResourceHeader header, Source source) =>
        (source.Options.VersionOrder == "numeric" ? header.VersionId : header.LastUpdated) is { Length: > 0 };

    private async Task<ResourceVersion> ReadAsync(Source source, ReadOnlyMemory<byte> json, ReadContext context, CancellationToken cancel)
    {
        var read = FhirJson.Read(json);
        if (read.Resource is not { } resource) return FactReader.Read(json, context);
        var found = new Dictionary<string, Resource?>(StringComparer.Ordinal);
        foreach (var reference in ReferencedResources.Of(resource, context)) found[reference] = await ReferencedAsync(source, reference, cancel);
        return FactReader.Read(resource, read.ContentHash, context with { Lookup = found.GetValueOrDefault });
    }

    private async Task<Resource?> ReferencedAsync(Source source, string reference, CancellationToken cancel)
    {
        if (references.Find(source, reference) is { } kept) return kept;
        var parts = reference.Split('/');
        var answer = await AskAsync(source, parts[0], parts[1], cancel);
        if (answer.Verdict != FhirVerdict.Done || FhirJson.Read(answer.Body).Resource is not { } resource) return null;
        references.Keep(source, reference, resource);
        return resource;
    }

    /// <summary>Done, NotFound or Gone; anything else is no answer to the question.</summary>
    private async Task<FhirAnswer> AskAsync(Source source, string type, string id, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(AskLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        FhirAnswer answer;
        try
        {
            answer = await source.Client.ReadAsync(type, id, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new SourceUnavailableException(new FhirAnswer { Verdict = FhirVerdict.Unknown, Fault = "timeout" });
        }
        return answer.Verdict is FhirVerdict.Done or FhirVerdict.NotFound or FhirVerdict.Gone ? answer : throw new SourceUnavailableException(answer);
    }
}
