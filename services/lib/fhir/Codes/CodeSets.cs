using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace CarT.Fhir.R4.Codes;

/// <summary>
/// The codes by which resources are recognised (P2.2, P1.3, P4.5): a verified list, fixed at start-up. A code is its system and its code,
/// compared exactly; a code whose source was not seen is off until a site switches it on.
/// </summary>
public sealed class CodeSets
{
    public const string Loinc = "http://loinc.org";
    public const string Snomed = "http://snomed.info/sct";
    public const string RxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

    private readonly FrozenDictionary<(string System, string Code), CodeEntry> inForce;

    private CodeSets(CodeListFile.Content file, IEnumerable<CodeEntry> inForce)
    {
        Version = file.Version;
        ApprovedBy = file.ApprovedBy;
        Entries = [.. inForce];
        this.inForce = Entries.ToFrozenDictionary(entry => (entry.System, entry.Code));
        Hash = HashOf(Entries);
    }

    /// <summary>The list as it is shipped, no optional code switched on.</summary>
    public static CodeSets Default { get; } = Load([]);

    public string Version { get; }

    /// <summary>Who approved the list; start-up prints it.</summary>
    public string ApprovedBy { get; }

    /// <summary>SHA-256 (lower-case hex) over concept, system, code and use of every code in force: two sites with one hash read the same codes.</summary>
    public string Hash { get; }

    /// <summary>Every code in force, look-alikes included, in the order of the list.</summary>
    public IReadOnlyList<CodeEntry> Entries { get; }

    /// <summary>LOINC codes to subscribe to and to poll for, in ordinal order.</summary>
    public IReadOnlyList<string> LoincForSubscription =>
        [.. Entries.Where(IsWantedLab).Select(entry => entry.Code).Order(StringComparer.Ordinal)];

    /// <param name="enabledExtras">Optional codes that this site switches on, each <c>system|code</c>.</param>
    /// <exception cref="ArgumentException">An extra is not an optional code of the list.</exception>
    public static CodeSets Load(IEnumerable<string> enabledExtras)
    {
        var file = CodeListFile.Read();
        var extras = enabledExtras.ToHashSet(StringComparer.Ordinal);
        var optional = file.Entries.Where(entry => entry.Use == CodeUse.Optional).Select(entry => entry.Token);
        var unknown = extras.Except(optional, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
            throw new ArgumentException($"Not an optional code of the list: {string.Join(", ", unknown)}", nameof(enabledExtras));
        return new CodeSets(file, file.Entries.Where(entry => entry.Use != CodeUse.Optional || extras.Contains(entry.Token)));
    }

    /// <summary>The entry of a code in force; null for a code that is unknown or off, and for a coding without a system.</summary>
    public CodeEntry? Find(string? system, string? code) =>
        system is not null && code is not null && inForce.TryGetValue((system, code), out var entry) ? entry : null;

    private static bool IsWantedLab(CodeEntry entry) =>
        entry is { System: Loinc, Use: not CodeUse.LookAlike, Concept.Kind: ConceptKind.Count or ConceptKind.Chemistry or ConceptKind.PlateletClumps };

    private static string HashOf(IEnumerable<CodeEntry> entries)
    {
        var lines = entries.Select(entry => $"{entry.Concept.Kind}:{entry.Concept.Name}|{entry.Token}|{entry.Use}\n").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
