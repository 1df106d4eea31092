using System.Text;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Facts;
using Xunit;

namespace CarT.Fhir.UnitTests.R4;

/// <summary>Resources as a hospital sends them, as JSON text, and what is read from them.</summary>
internal static class Given
{
    internal const string Anc = "751-8";
    internal const string Platelets = "777-3";
    internal const string Hemoglobin = "718-7";
    internal const string Clumps = "7796-6";
    internal const string LoincSystem = "http://loinc.org";
    internal const string RxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
    internal const string Snomed = "http://snomed.info/sct";
    internal const string Atc = "http://www.whocc.no/atc";
    internal const string Icd10Pcs = "http://www.cms.gov/Medicare/Coding/ICD10";
    internal const string Cpt = "http://www.ama-assn.org/go/cpt";

    internal static ReadContext Context { get; } = new() { Namespace = "main", BaseUrls = ["https://ehr.example.org/fhir"] };

    internal static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);

    internal static ResourceVersion Read(string json, ReadContext? context = null) => FactReader.Read(Utf8(json), context ?? Context);

    internal static string Concept(params (string System, string Code)[] codings) =>
        $$"""{"coding":[{{string.Join(',', codings.Select(coding => $$"""{"system":"{{coding.System}}","code":"{{coding.Code}}"}"""))}}]}""";

    internal static string Loinc(string code) => Concept((LoincSystem, code));

    internal static string Quantity(string value, string? code, string? unit = null, string? comparator = null)
    {
        var members = new List<string> { $"\"value\":{value}" };
        if (comparator is not null) members.Add($"\"comparator\":\"{comparator}\"");
        if (unit is not null) members.Add($"\"unit\":\"{unit}\"");
        if (code is not null) members.Add($"\"system\":\"http://unitsofmeasure.org\",\"code\":\"{code}\"");
        return $"{{{string.Join(',', members)}}}";
    }

    /// <summary>An Observation; every part can be replaced by another JSON fragment, or left out with an empty one.</summary>
    internal static string Observation(string code, string value, string status = "\"status\":\"final\"",
        string time = "\"effectiveDateTime\":\"2026-03-23T06:30:00+01:00\"", string subject = "\"subject\":{\"reference\":\"Patient/p1\"}", params string[] more) =>
        Resource("Observation", [$"\"code\":{code}", value, status, time, subject, .. more]);

    internal static string Count(string loinc, string value, string? unit) =>
        Observation(Loinc(loinc), "\"valueQuantity\":" + Quantity(value, unit));

    internal static string Administration(string medication, string status = "completed", string? dose = null,
        string time = "\"effectiveDateTime\":\"2026-03-22T08:00:00+01:00\"", params string[] more) =>
        Resource("MedicationAdministration",
            [medication, $"\"status\":\"{status}\"", "\"subject\":{\"reference\":\"Patient/p1\"}", time, dose is null ? "" : $$"""
            "dosage":{"dose":{{dose}}}
            """, .. more]);

    internal static string Medication((string System, string Code) coding) => $"\"medicationCodeableConcept\":{Concept(coding)}";

    internal static string Procedure(string code, string status = "completed", string time = "\"performedDateTime\":\"2026-03-01T11:00:00+01:00\"", params string[] more) =>
        Resource("Procedure", [$"\"code\":{code}", $"\"status\":\"{status}\"", "\"subject\":{\"reference\":\"Patient/p1\"}", time, .. more]);

    internal static string Resource(string type, params string[] members) =>
        $"{{\"resourceType\":\"{type}\",\"id\":\"r1\"{string.Concat(members.Where(member => member.Trim().Length > 0).Select(member => "," + member))}}}";

    /// <summary>The one refusal of a version that says nothing else.</summary>
    internal static Refusal OnlyRefusal(ResourceVersion version)
    {
        Assert.Empty(version.CellCounts);
        Assert.Empty(version.Chemistry);
        Assert.False(version.Retracted);
        Assert.Null(version.NotRelevant);
        return Assert.Single(version.Refusals);
    }
}
