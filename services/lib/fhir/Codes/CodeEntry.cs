namespace CarT.Fhir.R4.Codes;

/// <summary>What kind of thing a code names, which decides the resource types that may carry it.</summary>
public enum ConceptKind
{
    /// <summary>A blood count of one of the three lineages.</summary>
    Count,

    /// <summary>ALT, CRP or ferritin.</summary>
    Chemistry,

    /// <summary>A report of platelet clumps.</summary>
    PlateletClumps,

    /// <summary>A laboratory code that is known and says nothing to the protocol (leukocytes, AST, …).</summary>
    OtherLab,

    /// <summary>A TPO receptor agonist or a G-CSF.</summary>
    Drug,

    /// <summary>A CAR-T infusion; the name is the product.</summary>
    CarT,

    /// <summary>A transfusion; the name is the blood product.</summary>
    Transfusion,
}

/// <summary>How a code of the list is used.</summary>
public enum CodeUse
{
    /// <summary>Read as its concept.</summary>
    On,

    /// <summary>Read as its concept only where the site's configuration switches it on.</summary>
    Optional,

    /// <summary>Never read as its concept: a percentage, a mean volume, plasma, a harvest.</summary>
    LookAlike,
}

/// <summary>What a code means to the protocol, for example (<see cref="ConceptKind.Count"/>, <c>anc</c>).</summary>
public readonly record struct Concept(ConceptKind Kind, string Name);

/// <summary>One line of the code list, with the source in which the code was seen beside its display.</summary>
public sealed record CodeEntry(Concept Concept, string System, string Code, CodeUse Use, string Verified, string Display, string Source)
{
    /// <summary>The FHIR token <c>system|code</c>, the form in which configuration names a code.</summary>
    public string Token => System + "|" + Code;
}
