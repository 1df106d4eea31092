namespace CarT.Fhir.Contracts;

/// <summary>The three blood lineages of the protocol.</summary>
public static class Lineages
{
    public const string Anc = "anc";
    public const string Platelets = "platelets";
    public const string Hemoglobin = "hemoglobin";

    public static IReadOnlyList<string> All { get; } = [Anc, Platelets, Hemoglobin];
}

/// <summary>Chemistry analytes that the protocol uses.</summary>
public static class Analytes
{
    public const string Alt = "alt";
    public const string Crp = "crp";
    public const string Ferritin = "ferritin";
}

/// <summary>Other subjects of a refusal.</summary>
public static class Concerns
{
    public const string TpoRa = "tpo-ra";
    public const string Gcsf = "gcsf";
    public const string Transfusion = "transfusion";
    public const string Infusion = "infusion";
    public const string Patient = "patient";
}

/// <summary>Drugs that the protocol knows. The first four are TPO receptor agonists.</summary>
public static class Agents
{
    public const string Eltrombopag = "eltrombopag";
    public const string Romiplostim = "romiplostim";
    public const string Avatrombopag = "avatrombopag";
    public const string Lusutrombopag = "lusutrombopag";
    public const string Gcsf = "gcsf";
    public const string GcsfLongActing = "gcsf-long-acting";

    public static IReadOnlyList<string> TpoRa { get; } = [Eltrombopag, Romiplostim, Avatrombopag, Lusutrombopag];
}

/// <summary>Blood products by the lineage that they support (P4).</summary>
public static class BloodProducts
{
    public const string Platelets = "platelets";
    public const string RedCells = "red-cells";
    public const string WholeBlood = "whole-blood";
    public const string Granulocytes = "granulocytes";
    public const string Unclassified = "unclassified";
}

/// <summary>Why a resource version says nothing to this product (P13.2).</summary>
public static class NotRelevantReasons
{
    public const string TypeNotUsed = "type-not-used";
    public const string CodeNotUsed = "code-not-used";
    public const string CodeRejected = "code-rejected";
    public const string StatusNotCounted = "status-not-counted";
    public const string NothingToSay = "nothing-to-say";
    public const string StatementOfAnInjection = "statement-of-an-injection";
    public const string OwnWrite = "own-write";
}

/// <summary>Permanent codes of <c>dataQuality[]</c>.</summary>
public static class DataQualityCodes
{
    public const string UnitUnknown = "unit-unknown";
    public const string UnitMissing = "unit-missing";
    public const string ValueMissing = "value-missing";
    public const string ValueImplausible = "value-implausible";
    public const string CodeAmbiguous = "code-ambiguous";
    public const string TimeMissing = "time-missing";
    public const string TimeImprecise = "time-imprecise";
    public const string PatientMissing = "patient-missing";
    public const string StatusNotUsable = "status-not-usable";
    public const string TransfusionUnclassified = "transfusion-unclassified";
    public const string InfusionConflict = "infusion-conflict";
    public const string ResourceInvalid = "resource-invalid";
    public const string DoseMissing = "dose-missing";
    public const string ModifierExtension = "modifier-extension";
    public const string ComparatorIndecisive = "comparator-indecisive";
    public const string ReferenceRangeMissing = "reference-range-missing";
    public const string SpecimenUnsuitable = "specimen-unsuitable";
    public const string VersionAmbiguous = "version-ambiguous";

    /// <summary>Codes that remark on something usable; every other code is a refusal.</summary>
    public static IReadOnlySet<string> Remarks { get; } =
        new HashSet<string>(StringComparer.Ordinal) { DoseMissing, TransfusionUnclassified, InfusionConflict, ReferenceRangeMissing, VersionAmbiguous };
}
