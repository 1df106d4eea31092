using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server.Search;

namespace CarT.Fhir.Simulator.Server.Store;

/// <summary>What a version did to its resource, as history and notifications report it.</summary>
public enum WriteKind
{
    Create,
    Update,
    Delete,
}

/// <summary>One immutable version of one resource. A deletion is a version without a body.</summary>
public sealed class StoredVersion
{
    internal StoredVersion()
    {
    }

    public required string Type { get; init; }

    public required string Id { get; init; }

    /// <summary>The numeric <c>meta.versionId</c>, from 1.</summary>
    public required int Version { get; init; }

    /// <summary><c>meta.lastUpdated</c>, to the millisecond; never before that of an earlier write.</summary>
    public required DateTimeOffset LastUpdated { get; init; }

    public required WriteKind Kind { get; init; }

    /// <summary>The resource as UTF-8 JSON with its meta; empty for a deletion.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public bool IsDeleted => Kind == WriteKind.Delete;

    public string Reference => $"{Type}/{Id}";

    public string ETag => $"W/\"{Version}\"";

    internal IReadOnlyList<IndexedValue[]> Values { get; init; } = [];

    internal StoredVersion? Previous { get; init; }

    /// <summary>Place in the order of all writes of the server.</summary>
    internal long Sequence { get; init; }

    /// <summary>A copy that the caller may change; only for a version that is not a deletion.</summary>
    public JsonObject ToJson() => Json.Object(Body);
}
