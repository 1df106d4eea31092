using System.Text.Json.Nodes;

namespace CarT.Fhir.Simulator.Courses;

/// <summary>A code of a terminology with the words that a charting system shows for it.</summary>
internal sealed record Code(string System, string Value, string Display)
{
    public JsonObject Concept() => new() { ["coding"] = new JsonArray(Coding()), ["text"] = Display };

    public JsonObject Coding() => new() { ["system"] = System, ["code"] = Value, ["display"] = Display };
}

/// <summary>The codes with which the synthetic hospital charts.</summary>
internal static class Codes
{
    public const string Loinc = "http://loinc.org";
    public const string Ucum = "http://unitsofmeasure.org";
    private const string RxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
    private const string Snomed = "http://snomed.info/sct";
    private const string Icd10Pcs = "http://www.cms.gov/Medicare/Coding/ICD10";

    public static readonly Code Synthetic = new("urn:cart-fhir:simulator", "synthetic", "Synthetic data, no real patient");
    public static readonly Code TestData = new("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST", "test health data");
    public static readonly Code Laboratory = new("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory");

    public static readonly Code Anc = new(Loinc, "751-8", "Neutrophils [#/volume] in Blood by Automated count");
    public static readonly Code Leukocytes = new(Loinc, "6690-2", "Leukocytes [#/volume] in Blood by Automated count");
    public static readonly Code Platelets = new(Loinc, "777-3", "Platelets [#/volume] in Blood by Automated count");
    public static readonly Code Hemoglobin = new(Loinc, "718-7", "Hemoglobin [Mass/volume] in Blood");
    public static readonly Code Alt = new(Loinc, "1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma");
    public static readonly Code Crp = new(Loinc, "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma");
    public static readonly Code Ferritin = new(Loinc, "2276-4", "Ferritin [Mass/volume] in Serum or Plasma");

    public static readonly Code Eltrombopag = new(RxNorm, "711942", "eltrombopag");
    public static readonly Code Romiplostim = new(RxNorm, "805452", "romiplostim");
    public static readonly Code Filgrastim = new(RxNorm, "68442", "filgrastim");
    public static readonly Code Pegfilgrastim = new(RxNorm, "338036", "pegfilgrastim");

    public static readonly Code[] PlateletTransfusion = [new(Snomed, "12719002", "Platelet transfusion"), new(Icd10Pcs, "30233R1", "Transfusion of nonautologous platelets")];
    public static readonly Code[] RedCellTransfusion = [new(Snomed, "116863004", "Transfusion of red blood cells"), new(Icd10Pcs, "30233N1", "Transfusion of nonautologous red blood cells")];

    public static Code InfusionProcedure(string product) => product == SyntheticCohort.Tisagenlecleucel
        ? new Code(Icd10Pcs, "XW033J7", "Introduction of tisagenlecleucel into peripheral vein")
        : new Code(Icd10Pcs, "XW033H7", "Introduction of axicabtagene ciloleucel into peripheral vein");

    public static Code InfusionDrug(string product) => product == SyntheticCohort.Tisagenlecleucel
        ? new Code(RxNorm, "1986438", "tisagenlecleucel")
        : new Code(RxNorm, "1987398", "axicabtagene ciloleucel");
}
