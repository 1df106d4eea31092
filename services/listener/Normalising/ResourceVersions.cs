using System.Collections.Concurrent;
using CarT.Fhir.Contracts;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
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

    /// <summary>The source did answer: it does not give the resource.</summary>
    public bool IsRefusal { get; } = answer.IsRefusal();
}

/// <summary>The row needs an answer of its source and is in the lane that does not ask.</summary>
internal sealed class SourceNeededException() : Exception("The row needs an answer of its source.");

/// <summary>Where a version was read.</summary>
internal enum VersionOrigin
{
    /// <summary>In the notification.</summary>
    AsSent,

    /// <summary>At the source, as what stands there now.</summary>
    Current,

    /// <summary>Nowhere: the source does not have the resource, and no version says since when.</summary>
    GoneWithoutVersion,
}

/// <summary>A resource version and where it was read.</summary>
internal sealed record ReadVersion(ResourceVersion Version, VersionOrigin Origin);

/// <summary>Turns the items of a notification into resource versions, asking the source for what did not come along.</summary>
internal sealed partial class ResourceVersions(TimeProvider time, ListenerStore store, ListenerMetrics metrics, ILogger<ResourceVersions> log)
{
    // One slow answer must not keep its slot for long; the row comes again.
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(15);

    private readonly ReferenceCache references = new(time);
    private readonly ConcurrentDictionary<(string Source, string Type), bool> refusing = [];

    /// <exception cref="SourceUnavailableException">The source could not be asked now.</exception>
    /// <exception cref="SourceNeededException">The lane does not ask.</exception>
    public async Task<ReadVersion> ReadAsync(
        Lane lane, NotificationItem.Content item, IReadOnlyDictionary<string, string> fullUrls, CancellationToken cancel)
    {
        var header = FhirJsonScan.Scan(item.Json).Header;
        var name = header is { Type: { } type, Id: { Length: > 0 } id } && FactReader.IsUsed(type) ? new NotificationItem.Named(type, id, null, null) : null;
        if (name is not null && !HasOrder(header, lane.Source)) return await CurrentAsync(lane, name, cancel);
        var version = await ReadAsync(lane, item.Json, lane.Source.Reading with { FullUrls = fullUrls }, cancel);
        return name is not null && await NeedsSourceAsync(lane, version, cancel)
            ? await CurrentAsync(lane, name, cancel)
            : new ReadVersion(version, VersionOrigin.AsSent);
    }

    /// <summary>The current version of a named resource; a retraction when the source has it no more (P3.2).</summary>
    /// <exception cref="SourceUnavailableException">The source could not be asked now.</exception>
    /// <exception cref="SourceNeededException">The lane does not ask.</exception>
    public async Task<ReadVersion> CurrentAsync(Lane lane, NotificationItem.Named item, CancellationToken cancel)
    {
        var source = lane.Source;
        var key = new ResourceKey(source.Reading.Namespace, item.Type, item.Id);
        if (!FactReader.IsUsed(item.Type))
        {
            var unused = FactReader.Deleted(key, null, null) with { Retracted = false, NotRelevant = NotRelevantReasons.TypeNotUsed };
            return new ReadVersion(unused, VersionOrigin.AsSent);
        }
        // Before the question: what is written while it is under way may be in the answer or not.
        var readAt = time.GetUtcNow();
        var answer = await AskAsync(lane, item.Type, item.Id, cancel);
        if (answer.IsRefusal()) throw new SourceUnavailableException(answer);
        if (answer.Verdict == FhirVerdict.Done)
            return new ReadVersion(await ReadAsync(lane, answer.Body, source.Reading, cancel) with { ReadAt = readAt }, VersionOrigin.Current);
        var version = item.DeletedVersion ?? answer.VersionId;
        if (IsNumeric(source) && !IsNumber(version)) version = null;
        var hasPlace = IsNumeric(source) ? version is not null : item.DeletedAt is not null;
        return new ReadVersion(FactReader.Deleted(key, version, item.DeletedAt) with { ReadAt = readAt }, hasPlace ? VersionOrigin.Current : VersionOrigin.GoneWithoutVersion);
    }

    // Only in the lane that asks: a row that is settled in the other one is checked by the store, in the transaction.
    private async Task<bool> NeedsSourceAsync(Lane lane, ResourceVersion version, CancellationToken cancel) =>
        lane.Asks && await store.NeedsSourceAsync(lane.Source.Name, IsNumeric(lane.Source), version, cancel);

    // Without an element that orders versions at this source nobody can tell whether this one is the newest (P3.2). Where a version id is no number
    // the time decides.
    private static bool HasOrder(ResourceHeader header, Source source)
    {
        var hasTime = header.LastUpdated is { Length: > 0 };
        return IsNumeric(source) ? header.VersionId is { Length: > 0 } version && (IsNumber(version) || hasTime) : hasTime;
    }

    public static bool IsNumeric(Source source) => source.Options.VersionOrder == "numeric";

    private static bool IsNumber(string? version) => version is { Length: > 0 } && version.All(char.IsAsciiDigit);

    private async Task<ResourceVersion> ReadAsync(Lane lane, ReadOnlyMemory<byte> json, ReadContext context, CancellationToken cancel)
    {
        var read = FhirJson.Read(json);
        if (read.Resource is not { } resource) return FactReader.Read(json, context);
        var found = new Dictionary<string, Resource?>(StringComparer.Ordinal);
        foreach (var reference in ReferencedResources.Of(resource, context)) found[reference] = await ReferencedAsync(lane, reference, cancel);
        return FactReader.Read(resource, read.ContentHash, context with { Lookup = found.GetValueOrDefault });
    }

    private async Task<Resource?> ReferencedAsync(Lane lane, string reference, CancellationToken cancel)
    {
        if (references.TryFind(lane.Source, reference, out var kept)) return kept;
        var parts = reference.Split('/');
        var answer = await AskAsync(lane, parts[0], parts[1], cancel);
        if (answer.IsRefusal())
        {
            // Waiting would not help, and the result says what it can without it.
            NoteRefused(lane.Source.Name, parts[0], answer);
            references.Keep(lane.Source, reference, null);
            return null;
        }
        if (answer.Verdict != FhirVerdict.Done || FhirJson.Read(answer.Body).Resource is not { } resource) return null;
        references.Keep(lane.Source, reference, resource);
        return resource;
    }

    private void NoteRefused(string source, string type, FhirAnswer answer)
    {
        metrics.ReferenceRefused(source, type);
        if (refusing.TryAdd((source, type), true)) Log.ReferenceRefused(log, source, type, (int?)answer.Status);
    }

    /// <summary>What the source has, that it does not have it, or that it does not give it; anything else is no answer to the question.</summary>
    private async Task<FhirAnswer> AskAsync(Lane lane, string type, string id, CancellationToken cancel)
    {
        if (!lane.Asks) throw new SourceNeededException();
        var pause = lane.Source.Pause;
        if (pause.Left is var left && left > TimeSpan.Zero)
            throw new SourceUnavailableException(new FhirAnswer { Verdict = FhirVerdict.Unknown, Fault = "paused", RetryAfter = left });
        var answer = await ReadAsync(lane.Source, type, id, cancel);
        if (answer.Verdict == FhirVerdict.Done || answer.IsAbsence() || answer.IsRefusal())
        {
            pause.Answered();
            return answer;
        }
        // Another answer is about this resource; no answer, or a wish to wait, is about the source.
        if (answer.Status is null || answer.Verdict == FhirVerdict.Throttled) pause.Failed(answer.RetryAfter);
        throw new SourceUnavailableException(answer);
    }

    private async Task<FhirAnswer> ReadAsync(Source source, string type, string id, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(AskLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        source.Paced.MakeRoom();
        try
        {
            return await source.Client.ReadAsync(type, id, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new FhirAnswer { Verdict = FhirVerdict.Unknown, Fault = "timeout" };
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "Source {Source}: it refuses to give a {Type} that a result refers to, status {Status}; such results are read without it. Said once, counted each time")]
        public static partial void ReferenceRefused(ILogger logger, string source, string type, int? status);
    }
}
