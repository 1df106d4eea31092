using System.Text;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>Reads the sample bundle of one treated patient straight into facts. It knows only what that bundle holds.</summary>
internal static class TreatedPatientReader
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "samples", "treated-patient");

    public static PatientKey Patient { get; } = new("main", "treated-1");

    public static JsonElement Expected { get; } = JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json")));

    public static PatientRecord Read()
    {
        using var bundle = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "bundle.json")));
        var versions = bundle.RootElement.GetProperty("entry").EnumerateArray().Select(e => Version(e.GetProperty("resource"))).ToList();
        return new PatientRecord(Patient, versions, SourceProvides.All);
    }

    private static ResourceVersion Version(JsonElement resource)
    {
        var type = resource.GetProperty("resourceType").GetString()!;
        var version = new ResourceVersion
        {
            Resource = new ResourceKey("main", type, resource.GetProperty("id").GetString()!),
            VersionId = resource.TryGetProperty("meta", out var meta) ? meta.GetProperty("versionId").GetString() : null,
            ContentHash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(resource.GetRawText()))),
            Patient = Patient,
        };
        return type switch
        {
            "Observation" => Observation(version, resource),
            "Procedure" => Procedure(version, resource),
            "MedicationAdministration" => version with { DrugsGiven = [Drug(resource)] },
            _ => version with { PatientStatuses = [new PatientStatus { Slot = "value" }] },
        };
    }

    private static ResourceVersion Observation(ResourceVersion version, JsonElement resource)
    {
        var quantity = resource.GetProperty("valueQuantity");
        var value = quantity.GetProperty("value").GetDecimal();
        var comparator = quantity.TryGetProperty("comparator", out var c) ? c.GetString() : null;
        var unit = quantity.GetProperty("code").GetString();
        var time = Time(resource.GetProperty("effectiveDateTime"));
        var lineage = Code(resource.GetProperty("code")) switch
        {
            "751-8" => Lineages.Anc,
            "777-3" => Lineages.Platelets,
            "718-7" => Lineages.Hemoglobin,
            _ => null,
        };
        if (lineage is null)
        {
            var upper = resource.GetProperty("referenceRange")[0].GetProperty("high").GetProperty("value").GetDecimal();
            return version with { Chemistry = [new ChemistryResult { Slot = "value", Analyte = Analytes.Alt, Value = value, Time = time, UpperLimit = upper }] };
        }

        if (unit == "10*6/uL")
        {
            var refusal = new Refusal { Code = DataQualityCodes.UnitUnknown, Slot = "value", Concern = lineage, Time = time, Text = "The unit is not known" };
            return version with { Refusals = [refusal] };
        }

        var factor = lineage == Lineages.Hemoglobin ? 1 : 1000;
        var limit = resource.TryGetProperty("referenceRange", out var range) ? range[0].GetProperty("low").GetProperty("value").GetDecimal() * factor : (decimal?)null;
        var count = new CellCount
        {
            Slot = "value",
            Lineage = lineage,
            Value = value * factor,
            Comparator = comparator,
            Time = time,
            LowerLimit = limit,
            Received = $"{value} {unit}",
        };
        return version with { CellCounts = [count] };
    }

    private static ResourceVersion Procedure(ResourceVersion version, JsonElement resource)
    {
        var time = Time(resource.GetProperty("performedDateTime"));
        return Code(resource.GetProperty("code")) switch
        {
            "XW033J7" => version with { Infusions = [new CarTInfusion { Slot = "value", Product = "tisagenlecleucel", Time = time }] },
            "12719002" => version with { Transfusions = [new Transfusion { Slot = "value", Products = [BloodProducts.Platelets], Time = time }] },
            _ => version with { Transfusions = [new Transfusion { Slot = "value", Products = [BloodProducts.RedCells], Time = time }] },
        };
    }

    private static DrugGiven Drug(JsonElement resource)
    {
        var agent = Code(resource.GetProperty("medicationCodeableConcept")) == "68442" ? Agents.Gcsf : Agents.Eltrombopag;
        var dose = resource.GetProperty("dosage").GetProperty("dose");
        return new DrugGiven
        {
            Slot = "value",
            Agent = agent,
            Time = Time(resource.GetProperty("effectiveDateTime")),
            Dose = new Dose(dose.GetProperty("value").GetDecimal(), dose.GetProperty("code").GetString()!),
        };
    }

    private static string? Code(JsonElement concept) => concept.GetProperty("coding")[0].GetProperty("code").GetString();

    private static ClinicalTime Time(JsonElement value) => value.GetString()!.Length == 10
        ? ClinicalTime.On(DateOnly.ParseExact(value.GetString()!, "yyyy-MM-dd"))
        : ClinicalTime.At(value.GetDateTimeOffset());
}
