using System.Diagnostics.CodeAnalysis;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Codes;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Units;
using CarT.Fhir.R4.Writing;

namespace CarT.Fhir.Listener.Sources;

/// <summary>The configured sources by name; fixed while the process runs.</summary>
internal sealed class SourceTable : IDisposable
{
    private readonly Dictionary<string, Source> byName = new(StringComparer.OrdinalIgnoreCase);

    public SourceTable(CartOptions options, FhirClients clients, TimeProvider time, Jitter jitter, ListenerMetrics metrics)
    {
        var reading = new ReadContext
        {
            Namespace = "",
            Codes = CodeSets.Load(options.Codes.Enable),
            Units = UnitTable.WithAliases(options.Codes.UnitAliases),
            Identifiers = new IdentifierSystems(options.Identifiers),
        };
        foreach (var (name, source) in options.Sources) byName[name] = new Source(name, source, reading, clients, time, jitter, metrics);
    }

    public IReadOnlyCollection<Source> All => byName.Values;

    public bool TryFind(string? name, [NotNullWhen(true)] out Source? source)
    {
        source = null;
        return name is not null && byName.TryGetValue(name, out source);
    }

    /// <summary>Names of the sources whose patient ids are this one's, itself included; a source that is no longer configured shares with nobody.</summary>
    public IReadOnlyList<string> SharingPatientsWith(string name) => TryFind(name, out var source)
        ? [.. byName.Values.Where(other => other.Reading.Namespace == source.Reading.Namespace).Select(other => other.Name).Order(StringComparer.Ordinal)]
        : [name];

    public void Dispose()
    {
        foreach (var source in byName.Values) source.Dispose();
    }
}
