namespace CarT.Fhir.Contracts;

/// <summary>
/// Everything that one version of one FHIR resource says to this product: its facts, its refusals, or that it was retracted.
/// A patient is the set of the newest versions (design: facts, not events; protocol rules P3.2, P11.1, P13.2).
/// </summary>
public sealed record ResourceVersion
{
    public required ResourceKey Resource { get; init; }

    /// <summary><c>meta.versionId</c>, null when the source sent none.</summary>
    public string? VersionId { get; init; }

    /// <summary><c>meta.lastUpdated</c>, null when the source sent none.</summary>
    public DateTimeOffset? LastUpdated { get; init; }

    /// <summary>SHA-256 (lower-case hex) of the canonical form of the resource, without what FHIR does not have in <c>meta</c> (P3.2).</summary>
    public required string ContentHash { get; init; }

    /// <summary>When this was read at the source as what stands there; null when it was taken as the source sent it. Of a tie the later reading stands (P3.2).</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>The patient of this version; null when it names none (then there are only refusals, or a retraction).</summary>
    public PatientKey? Patient { get; init; }

    /// <summary>True for entered-in-error, cancelled and deleted: the resource says nothing any more (P2.7).</summary>
    public bool Retracted { get; init; }

    /// <summary>Why nothing was read from this version although nothing is wrong with it (P13.2); null otherwise. One of <see cref="NotRelevantReasons"/>.</summary>
    public string? NotRelevant { get; init; }

    public IReadOnlyList<CellCount> CellCounts { get; init; } = [];

    public IReadOnlyList<ChemistryResult> Chemistry { get; init; } = [];

    public IReadOnlyList<PlateletClumps> PlateletClumps { get; init; } = [];

    public IReadOnlyList<DrugGiven> DrugsGiven { get; init; } = [];

    public IReadOnlyList<DrugStatement> DrugStatements { get; init; } = [];

    public IReadOnlyList<Transfusion> Transfusions { get; init; } = [];

    public IReadOnlyList<CarTInfusion> Infusions { get; init; } = [];

    public IReadOnlyList<PatientStatus> PatientStatuses { get; init; } = [];

    public IReadOnlyList<Refusal> Refusals { get; init; } = [];
}

/// <summary>One ANC, platelet or hemoglobin value, converted exactly to the unit of its lineage (P2): cells per microlitre, or g/dL.</summary>
public sealed record CellCount
{
    /// <summary>Which part of the resource: <c>value</c>, <c>component[n]</c> of a panel, or <c>#id</c> of a contained member (P2.8).</summary>
    public required string Slot { get; init; }

    /// <summary>One of <see cref="Lineages"/>.</summary>
    public required string Lineage { get; init; }

    /// <summary>In /uL for ANC and platelets, g/dL for hemoglobin. Exact decimal without trailing zeros.</summary>
    public required decimal Value { get; init; }

    /// <summary><c>&lt;</c>, <c>&lt;=</c>, <c>&gt;=</c>, <c>&gt;</c>, or null for an exact value (P2.4). Never dropped.</summary>
    public string? Comparator { get; init; }

    public required ClinicalTime Time { get; init; }

    /// <summary>Reference of the specimen as the source wrote it (made relative), or null; joins the count with clump reports (P2.6).</summary>
    public string? Specimen { get; init; }

    /// <summary>The lab's own lower limit in the unit of the lineage; CTCAE grade 1 needs it (P12.4).</summary>
    public decimal? LowerLimit { get; init; }

    /// <summary>Value and unit as received, for a clinician to check, for example <c>0.3 10*3/uL</c>.</summary>
    public required string Received { get; init; }
}

/// <summary>A chemistry result that the protocol uses: ALT in U/L, CRP in mg/dL, ferritin in ng/mL.</summary>
public sealed record ChemistryResult
{
    public required string Slot { get; init; }

    /// <summary>One of <see cref="Analytes"/>.</summary>
    public required string Analyte { get; init; }

    public required decimal Value { get; init; }

    public string? Comparator { get; init; }

    public required ClinicalTime Time { get; init; }

    /// <summary>The Observation's own first <c>referenceRange.high</c>, in the unit of the analyte (ULN, P9.7); null when it has none.</summary>
    public decimal? UpperLimit { get; init; }

    /// <summary>Value and unit as received, for example <c>0.7 ukat/L</c>; null in facts that were read before this was kept.</summary>
    public string? Received { get; init; }
}

/// <summary>A positive report of platelet clumps (LOINC 7796-6): platelet counts of the same specimen or time are unsuitable (P2.6).</summary>
public sealed record PlateletClumps
{
    public required string Slot { get; init; }

    public ClinicalTime? Time { get; init; }

    public string? Specimen { get; init; }
}

/// <summary>One dose of a TPO-RA agent or G-CSF that was given (MedicationAdministration, P1.6).</summary>
public sealed record DrugGiven
{
    public required string Slot { get; init; }

    /// <summary>One of <see cref="Agents"/>.</summary>
    public required string Agent { get; init; }

    public required ClinicalTime Time { get; init; }

    /// <summary>In mg for oral agents, in ug for romiplostim and G-CSF; null when the source does not state it (P9.2).</summary>
    public Dose? Dose { get; init; }
}

/// <summary>A course of outpatient tablets (MedicationStatement, MedicationDispense, P1.6): counts as a daily dose on each covered day.</summary>
public sealed record DrugStatement
{
    public required string Slot { get; init; }

    public required string Agent { get; init; }

    /// <summary><c>active</c> or <c>completed</c>.</summary>
    public required string Status { get; init; }

    public required ClinicalTime Start { get; init; }

    /// <summary>Last covered day; null for an open period.</summary>
    public ClinicalTime? End { get; init; }

    /// <summary>How many local days are covered from the start on, where the source tells that and not the last day (a dispense); else null.</summary>
    public int? DaysOfSupply { get; init; }

    /// <summary>Dose per covered day (dose times frequency per day); null when not stated.</summary>
    public Dose? DosePerDay { get; init; }
}

/// <summary>An amount of drug; <see cref="Unit"/> is <c>mg</c> or <c>ug</c>.</summary>
public sealed record Dose(decimal Value, string Unit);

/// <summary>A transfusion, of one or more products (P4.5).</summary>
public sealed record Transfusion
{
    public required string Slot { get; init; }

    /// <summary>One or more of <see cref="BloodProducts"/>; several when the codings name different specific products.</summary>
    public required IReadOnlyList<string> Products { get; init; }

    public required ClinicalTime Time { get; init; }
}

/// <summary>A CAR-T infusion record (P1.3). Several records of one infusion may exist.</summary>
public sealed record CarTInfusion
{
    public required string Slot { get; init; }

    /// <summary>Product code such as <c>tisagenlecleucel</c>, or <c>unspecified</c>.</summary>
    public required string Product { get; init; }

    public required ClinicalTime Time { get; init; }
}

/// <summary>What a Patient resource says about death and merging (P10.2, P11.6).</summary>
public sealed record PatientStatus
{
    public required string Slot { get; init; }

    public bool Deceased { get; init; }

    /// <summary><c>deceasedDateTime</c>; null when only the boolean is known.</summary>
    public ClinicalTime? DeceasedAt { get; init; }

    /// <summary>Id of the surviving patient (<c>link.type = replaced-by</c>), or null.</summary>
    public string? ReplacedBy { get; init; }
}

/// <summary>A typed refusal or remark: what of a resource could not be used, and why. Holds no value, name or identifier.</summary>
public sealed record Refusal
{
    /// <summary>One of <see cref="DataQualityCodes"/>; permanent.</summary>
    public required string Code { get; init; }

    public required string Slot { get; init; }

    /// <summary>What the refused part was about: one of <see cref="Lineages"/>, <see cref="Analytes"/>, <see cref="Concerns"/>; null when unknown.</summary>
    public string? Concern { get; init; }

    public ClinicalTime? Time { get; init; }

    /// <summary>A short sentence for people; never a value, a name or an identifier of the patient.</summary>
    public required string Text { get; init; }
}
