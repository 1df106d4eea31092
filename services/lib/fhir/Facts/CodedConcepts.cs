using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>What the codings of one CodeableConcept mean: distinct concepts, and look-alikes apart. Unknown codings say nothing.</summary>
internal sealed record CodedConcepts(IReadOnlyList<Concept> Accepted, IReadOnlyList<Concept> LookAlikes)
{
    internal static CodedConcepts None { get; } = new([], []);

    internal static CodedConcepts Of(CodeableConcept? concept, CodeSets codes)
    {
        if (concept is null) return None;
        var entries = concept.Coding.Select(coding => codes.Find(Primitives.Text(coding.SystemElement), Primitives.Text(coding.CodeElement))).OfType<CodeEntry>().ToList();
        return entries.Count == 0 ? None : new CodedConcepts(Distinct(entries, lookAlike: false), Distinct(entries, lookAlike: true));
    }

    internal IEnumerable<string> NamesOf(ConceptKind kind) => Accepted.Where(concept => concept.Kind == kind).Select(concept => concept.Name);

    internal bool Has(ConceptKind kind) => Accepted.Any(concept => concept.Kind == kind);

    internal bool HasLookAlike(ConceptKind kind) => LookAlikes.Any(concept => concept.Kind == kind);

    private static List<Concept> Distinct(IEnumerable<CodeEntry> entries, bool lookAlike) =>
        [.. entries.Where(entry => entry.Use == CodeUse.LookAlike == lookAlike).Select(entry => entry.Concept).Distinct()];
}
