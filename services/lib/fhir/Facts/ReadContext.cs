using CarT.Fhir.R4.Codes;
using CarT.Fhir.R4.Units;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>Everything outside a resource that decides what it says. Immutable; the look-up reads what the caller has fetched before.</summary>
public sealed record ReadContext
{
    /// <summary>Namespace of the source's resource and patient ids.</summary>
    public required string Namespace { get; init; }

    /// <summary>Base addresses of the source, without a trailing slash. An absolute reference to any other base is refused and never fetched.</summary>
    public IReadOnlyList<string> BaseUrls { get; init; } = [];

    /// <summary><c>fullUrl</c> of the entries of the Bundle that the resource came in, with the relative reference that each stands for.</summary>
    public IReadOnlyDictionary<string, string> FullUrls { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A referenced Medication or Specimen by relative reference, <c>Medication/1</c>; null when the source has none.</summary>
    public Func<string, Resource?> Lookup { get; init; } = _ => null;

    public CodeSets Codes { get; init; } = CodeSets.Default;

    public UnitTable Units { get; init; } = UnitTable.Default;

    /// <summary>Resource types that prove a dose (P1.6).</summary>
    public IReadOnlySet<string> DoseEvidence { get; init; } =
        new HashSet<string>(StringComparer.Ordinal) { "MedicationAdministration", "MedicationStatement" };

    /// <summary>Our own systems, by which what we wrote is recognised when it comes back.</summary>
    public IdentifierSystems Identifiers { get; init; } = IdentifierSystems.Default;
}
