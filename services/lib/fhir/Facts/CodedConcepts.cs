using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>What the codings of one CodeableConcept mean: distinct concepts, and look-alikes apart. Unknown codings say nothing.</summary>
internal sealed record CodedConcepts(List<Concept> Accepted, List<Concept> LookAlikes)
{
    private static readonly List<Concept> Nothing = [];

    internal static CodedConcepts None { get; } = new(Nothing, Nothing);

    internal static CodedConcepts Of(CodeableConcept? concept, CodeSets codes)
    {
        if (concept is null) return None;
        List<Concept>? accepted = null, lookAlikes = null;
        foreach (var coding in concept.Coding)
        {
            if (codes.Find(Primitives.Text(coding.SystemElement), Primitives.Text(coding.CodeElement)) is not { } entry) continue;
            var list = entry.Use == CodeUse.LookAlike ? lookAlikes ??= [] : accepted ??= [];
            if (!list.Contains(entry.Concept)) list.Add(entry.Concept);
        }
        return accepted is null && lookAlikes is null ? None : new CodedConcepts(accepted ?? Nothing, lookAlikes ?? Nothing);
    }

    internal IEnumerable<string> NamesOf(ConceptKind kind) => Accepted.Where(concept => concept.Kind == kind).Select(concept => concept.Name);

    /// <summary>The name of the first concept of the kind, or null.</summary>
    internal string? NameOf(ConceptKind kind)
    {
        foreach (var concept in Accepted)
        {
            if (concept.Kind == kind) return concept.Name;
        }
        return null;
    }

    internal bool Has(ConceptKind kind) => NameOf(kind) is not null;

    internal bool HasLookAlike(ConceptKind kind) => LookAlikes.Exists(concept => concept.Kind == kind);
}
