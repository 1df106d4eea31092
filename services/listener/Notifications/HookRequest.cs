using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>A notification as it came over the wire; which shape it has follows from all of it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Body">The bytes, unpacked; empty for none.</param>
internal sealed record HookRequest(string Method, ReadOnlyMemory<byte> Body)
{
    /// <summary>Header of Medplum: <c>create</c>, <c>update</c> or <c>delete</c>.</summary>
    public const string InteractionHeader = "X-Medplum-Interaction";

    /// <summary>Header of Medplum: what was deleted, as <c>{type}/{id}</c>; the body is then <c>{}</c>.</summary>
    public const string DeletedResourceHeader = "X-Medplum-Deleted-Resource";

    /// <summary>Kept with a delete that was an entry of a Bundle and became a row of its own: its version there.</summary>
    public const string DeletedVersionHeader = "Deleted-Version";

    /// <summary>The same: when it was deleted, as an instant.</summary>
    public const string DeletedAtHeader = "Deleted-At";

    /// <summary>One of <see cref="HookChannel"/>, null for FHIR itself.</summary>
    public string? Channel { get; init; }

    /// <summary>The resource that the path names, or null.</summary>
    public SourceReference? Path { get; init; }

    /// <summary>The value of <see cref="InteractionHeader"/>.</summary>
    public string? Interaction { get; init; }

    /// <summary>The value of <see cref="DeletedResourceHeader"/>.</summary>
    public string? DeletedResource { get; init; }

    /// <summary>The version of the delete, where one is known.</summary>
    public string? DeletedVersion { get; init; }

    /// <summary>When it was deleted by the server's own stamp, where that is known.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}
