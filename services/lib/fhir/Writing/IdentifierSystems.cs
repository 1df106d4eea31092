namespace CarT.Fhir.R4.Writing;

/// <summary>The identifier and code systems that we own, all under one configured base (default <c>urn:cart-fhir</c>).</summary>
public sealed record IdentifierSystems
{
    /// <summary>Code of our tag on everything that we write.</summary>
    public const string TagCode = "cytopenia-protocol";

    private readonly char separator;

    /// <param name="baseUri">A URN or an http address; its parts are joined with <c>:</c> or <c>/</c>.</param>
    /// <exception cref="ArgumentException">The base is no absolute URI.</exception>
    public IdentifierSystems(string baseUri)
    {
        if (!Uri.TryCreate(baseUri, UriKind.Absolute, out _)) throw new ArgumentException("The base of identifiers is no absolute URI.", nameof(baseUri));
        Base = baseUri.TrimEnd('/', ':');
        separator = Base.StartsWith("urn:", StringComparison.Ordinal) ? ':' : '/';
    }

    public static IdentifierSystems Default { get; } = new("urn:cart-fhir");

    public string Base { get; }

    public string Flag => Under("flag");

    public string CarePlan => Under("care-plan");

    public string Tag => Under("tag");

    public string FlagCode => Under("flag-code");

    public string CarePlanCategory => Under("care-plan-category");

    public string Activity => Under("activity");

    public string Service => Under("service");

    /// <summary>Canonical address of a protocol definition, with its version.</summary>
    public string PlanDefinition(string id, string version) => $"{Under("plan-definition")}{separator}{id}|{version}";

    /// <summary>The rules of a protocol definition by their hash (<c>sha256:…</c>).</summary>
    public string Ruleset(string hash) => $"{Under("ruleset")}{separator}{hash}";

    /// <summary>Canonical address of an operation of ours.</summary>
    public string OperationDefinition(string name) => $"{Under("operation-definition")}{separator}{name}";

    /// <summary>Names a namespace of sources; the same patient id in two namespaces is two people.</summary>
    public string SourceNamespace(string name) => $"{Under("namespace")}{separator}{Uri.EscapeDataString(name)}";

    /// <summary>Whether a system lies under our base.</summary>
    public bool Owns(string? system) => system is not null && (system == Base || system.StartsWith(Base + separator, StringComparison.Ordinal));

    private string Under(string name) => Base + separator + name;
}
