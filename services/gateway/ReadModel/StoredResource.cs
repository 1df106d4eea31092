namespace CarT.Fhir.Gateway.ReadModel;

/// <summary>A resource of the facade as it is served.</summary>
internal sealed class StoredResource
{
    public required string Type { get; init; }

    public required string Id { get; init; }

    public required string Namespace { get; init; }

    public required string PatientId { get; init; }

    public required string IdentifierSystem { get; init; }

    public required string IdentifierValue { get; init; }

    public required long Version { get; init; }

    public required long CreatedTicks { get; init; }

    public required long LastUpdatedTicks { get; init; }

    /// <summary>Hash of the content without id and versions.</summary>
    public required string ContentHash { get; init; }

    /// <summary>FHIR JSON, with id and versions.</summary>
    public required string Body { get; init; }

    public DateTimeOffset LastUpdated => new(LastUpdatedTicks, TimeSpan.Zero);
}
