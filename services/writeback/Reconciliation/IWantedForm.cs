namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>One wanted resource in FHIR form: how it is named, created, and compared with what stands in the target. Pure.</summary>
internal interface IWantedForm
{
    /// <summary>FHIR type.</summary>
    string Type { get; }

    /// <summary>System of our business identifier.</summary>
    string System { get; }

    /// <summary>Our business identifier, a UUID that patient, kind, episode and ordinal determine.</summary>
    string Identifier { get; }

    /// <summary>Hash of the wanted content; equal content, equal hash.</summary>
    string Hash { get; }

    /// <summary>False for what is over: it is never created, only closed where it stands (P11.3).</summary>
    bool CreateWhenAbsent { get; }

    /// <summary>References of the evidence, with versions where known; for Provenance.</summary>
    IReadOnlyList<string> Sources { get; }

    /// <summary>The resource to create, JSON.</summary>
    string New();

    /// <summary>What is to be done with the resource that stands there.</summary>
    Judgement Judge(FoundResource found, OwnMemory memory);
}

/// <summary>What we remember of a resource in the target: the version that is ours, and its content as answered and as sent.</summary>
internal sealed record OwnMemory(string? VersionId, string? Written, string? Sent)
{
    // A first version is its creator's, and under our identifier that is us: it recognises a create whose answer was lost.
    private const string FirstVersion = "1";

    /// <summary>True when nobody else can have changed this version.</summary>
    public bool IsOurVersion(FoundResource found) => found.VersionId is not null && (found.VersionId == VersionId || found.VersionId == FirstVersion);
}

/// <summary>What is to be done with a resource that stands in the target.</summary>
internal abstract record Judgement
{
    /// <summary>It says what is wanted.</summary>
    internal sealed record Equal : Judgement;

    /// <summary>It is replaced by this body (JSON, with its id).</summary>
    internal sealed record Replace(string Body) : Judgement;

    /// <summary>A clinician changed it: it is left as it is.</summary>
    internal sealed record Leave : Judgement;
}
