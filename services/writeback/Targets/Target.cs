using CarT.Fhir.Hosting.Options;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.WriteBack.Targets;

/// <summary>A configured charting system that Flags and CarePlans go to.</summary>
internal sealed class Target(string name, string @namespace, TargetOptions options, FhirClients clients) : IDisposable
{
    public const string Live = "live";

    public string Name => name;

    /// <summary>Namespace of the patients that stand in this target.</summary>
    public string Namespace => @namespace;

    /// <summary><c>live</c> or <c>shadow</c>.</summary>
    public string Mode => options.Mode;

    /// <summary>False for a shadow target: everything is decided and recorded, nothing is sent.</summary>
    public bool IsLive => options.Mode == Live;

    /// <summary>Strategy <c>auto</c>: what the capability statement says cannot be written is not sent. Otherwise (<c>flag-careplan</c>) everything is.</summary>
    public bool HeedsCapabilities => options.Strategy == "auto";

    public FhirClient Client { get; } = clients.For(options.BaseUrl!, options.Auth.Kind == "bearer" ? options.Auth.Token : null);

    public void Dispose() => Client.Dispose();
}

/// <summary>The targets of this process.</summary>
internal sealed class TargetRegistry : IDisposable
{
    public TargetRegistry(CartOptions options, FhirClients clients)
    {
        All = [.. options.Targets.OrderBy(target => target.Key, StringComparer.Ordinal).Select(target =>
            new Target(target.Key, NamespaceOf(options, target.Value.Source!), target.Value, clients))];
    }

    public IReadOnlyList<Target> All { get; }

    /// <summary>The targets that patients of a namespace stand in; often one, sometimes none.</summary>
    public IEnumerable<Target> OfNamespace(string patientNamespace) => All.Where(target => target.Namespace == patientNamespace);

    public void Dispose()
    {
        foreach (var target in All) target.Dispose();
    }

    // The source's own spelling of its name, since names in configuration are compared without case.
    private static string NamespaceOf(CartOptions options, string source)
    {
        var (name, found) = options.Sources.First(candidate => candidate.Key.Equals(source, StringComparison.OrdinalIgnoreCase));
        return found.Namespace ?? name;
    }
}
