using System.Globalization;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server.Search;

namespace CarT.Fhir.Simulator.Server.Store;

/// <summary>
/// Every version of every resource, in memory. Writes happen one at a time inside <see cref="Atomically{T}"/>, which undoes all of them when the
/// work throws; readers get lists of immutable versions and filter them outside the lock.
/// </summary>
internal sealed class ResourceStore(TimeProvider calendar)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TypeTable> tables = new(StringComparer.Ordinal);
    private List<StoredVersion>? written;
    private DateTimeOffset lastStamp;
    private long sequence;
    private long nextId = 1000;

    /// <summary>Called for each committed version, in the order of writing, while the lock is held: so that notifications keep that order.</summary>
    public Action<StoredVersion> Committed { get; set; } = _ => { };

    public T Atomically<T>(Func<T> work)
    {
        lock (gate)
        {
            if (written is not null) return work();
            var versions = written = [];
            try
            {
                var result = work();
                written = null;
                versions.ForEach(Committed);
                return result;
            }
            catch when (written is not null)
            {
                for (var i = versions.Count - 1; i >= 0; i--) Table(versions[i].Type).Undo(versions[i]);
                throw;
            }
            finally
            {
                written = null;
            }
        }
    }

    public StoredVersion? Head(string type, string id)
    {
        lock (gate) return tables.GetValueOrDefault(type)?.Head(id);
    }

    public int Count(string type)
    {
        lock (gate) return tables.GetValueOrDefault(type)?.Count ?? 0;
    }

    public int CountAll()
    {
        lock (gate) return tables.Values.Sum(table => table.Count);
    }

    public List<StoredVersion> Candidates(SearchQuery query)
    {
        lock (gate) return tables.GetValueOrDefault(query.Type)?.Candidates(query) ?? [];
    }

    /// <summary>The resources of a type as they stood before the newest writes.</summary>
    public List<StoredVersion> Before(IndexLag lag, string type)
    {
        var since = calendar.GetUtcNow() - lag.Age;
        lock (gate)
        {
            var last = sequence - lag.Writes;
            return tables.GetValueOrDefault(type)?.Where(version => version.Sequence <= last && (lag.Age == TimeSpan.Zero || version.LastUpdated < since)) ?? [];
        }
    }

    public List<StoredVersion> History(string type, DateTimeOffset since)
    {
        lock (gate) return tables.GetValueOrDefault(type)?.History(since) ?? [];
    }

    /// <summary>An id that no resource of the type has.</summary>
    public string NewId(string type)
    {
        lock (gate)
        {
            string id;
            do id = (++nextId).ToString(CultureInfo.InvariantCulture);
            while (tables.GetValueOrDefault(type)?.Head(id) is not null);
            return id;
        }
    }

    /// <summary>Stores the next version of a resource. The object is taken over: its id and meta are stamped.</summary>
    public StoredVersion Write(JsonObject resource, string type, string id) => Atomically(() =>
    {
        var previous = Head(type, id);
        var version = (previous?.Version ?? 0) + 1;
        var updated = Stamp();
        resource["id"] = id;
        var meta = resource["meta"] as JsonObject ?? new JsonObject();
        meta["versionId"] = version.ToString(CultureInfo.InvariantCulture);
        meta["lastUpdated"] = updated.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        resource["meta"] ??= meta;
        return Append(new StoredVersion
        {
            Type = type,
            Id = id,
            Version = version,
            LastUpdated = updated,
            Kind = previous is null or { IsDeleted: true } ? WriteKind.Create : WriteKind.Update,
            Body = Json.Bytes(resource),
            Values = SearchParameters.Extract(type, resource),
            Previous = previous,
            Sequence = ++sequence,
        });
    });

    /// <summary>Marks a resource as deleted; null when there is nothing to delete.</summary>
    public StoredVersion? Delete(string type, string id) => Atomically(() => Head(type, id) is not { IsDeleted: false } previous ? null : Append(new StoredVersion
    {
        Type = type,
        Id = id,
        Version = previous.Version + 1,
        LastUpdated = Stamp(),
        Kind = WriteKind.Delete,
        Body = default,
        Values = [],
        Previous = previous,
        Sequence = ++sequence,
    }));

    private StoredVersion Append(StoredVersion version)
    {
        Table(version.Type).Append(version);
        written!.Add(version);
        return version;
    }

    private TypeTable Table(string type)
    {
        if (!tables.TryGetValue(type, out var table)) tables[type] = table = new TypeTable();
        return table;
    }

    // A clock that stands still or is set back must not reorder the feed, which is searched by this stamp.
    private DateTimeOffset Stamp()
    {
        var now = calendar.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        return lastStamp = now > lastStamp ? now : lastStamp;
    }
}
