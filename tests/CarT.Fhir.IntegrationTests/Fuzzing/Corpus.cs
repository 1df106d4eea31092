using System.Text;
using System.Text.Json;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>What the fuzzer starts from: published resources of the types that we read, the shapes that we exchange, and resources full of facts.</summary>
internal sealed class Corpus
{
    private const int LargestFile = 12_000;

    private static readonly string[] Types =
    [
        "Observation", "MedicationAdministration", "MedicationStatement", "MedicationDispense", "Medication", "Procedure", "Patient", "Specimen", "Bundle", "Flag", "CarePlan",
        "Provenance", "Subscription", "OperationOutcome", "Parameters",
    ];

    private Corpus(IReadOnlyList<RawJson> published, IReadOnlyList<RawJson> shapes, IReadOnlyList<RawJson> factual)
    {
        Published = published;
        Shapes = shapes;
        Factual = factual;
    }

    internal IReadOnlyList<RawJson> Published { get; }

    internal IReadOnlyList<RawJson> Shapes { get; }

    internal IReadOnlyList<RawJson> Factual { get; }

    /// <param name="fixtures">The folder of <c>tests/fixtures/fetch</c>.</param>
    internal static Corpus Read(string fixtures)
    {
        var samples = Path.Combine(AppContext.BaseDirectory, "samples");
        return new Corpus(
            [.. Files(fixtures).Where(json => Types.Contains(TypeOf(json))).Select(RawJson.Parse)],
            [.. Files(Path.Combine(samples, "shapes")).Select(RawJson.Parse)],
            [.. Entries(Path.Combine(samples, "treated-patient", "bundle.json")), .. FactualResources.All.Select(RawJson.Parse)]);
    }

    /// <summary>A document to start from; more often than not one with facts.</summary>
    internal RawJson Pick(Random random) => random.Next(8) switch
    {
        < 5 => Factual[random.Next(Factual.Count)].Copy(),
        < 7 => Published[random.Next(Published.Count)].Copy(),
        _ => Shapes[random.Next(Shapes.Count)].Copy(),
    };

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Where(path => new FileInfo(path).Length < LargestFile).Select(path => File.ReadAllText(path, Encoding.UTF8));

    private static string? TypeOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("resourceType", out var type) ? type.GetString() : null;
    }

    private static IEnumerable<RawJson> Entries(string bundle) => ((RawJson.Object)RawJson.Parse(File.ReadAllText(bundle))).Find("entry")!.Value is RawJson.Array entries
        ? entries.Items.OfType<RawJson.Object>().Select(entry => entry.Find("resource")!.Value)
        : [];
}

/// <summary>Resources that hold every form of fact that is read.</summary>
internal static class FactualResources
{
    private const string Subject = """  "subject":{"reference":"Patient/p1"}  """;
    private const string Count = """  "code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]}  """;
    private const string Ucum = """  "system":"http://unitsofmeasure.org"  """;

    internal static IReadOnlyList<string> All { get; } =
    [
        $$$"""
        {"resourceType":"Observation","id":"o1","meta":{"versionId":"3","lastUpdated":"2026-03-23T06:31:00.123Z"},"status":"final",{{{Count}}},{{{Subject}}},
         "effectiveInstant":"2026-03-23T06:30:00.5+01:00","valueQuantity":{"value":18.50,"comparator":"<","unit":"K/uL",{{{Ucum}}},"code":"10*3/uL"},
         "referenceRange":[{"low":{"value":150,"unit":"K/uL"},"high":{"value":400.0,"unit":"K/uL"}}]}
        """,
        $$$"""
        {"resourceType":"Observation","id":"o2","status":"amended",{{{Count}}},"subject":{"reference":"https://ehr.example.org/fhir/Patient/p1/_history/2"},
         "effectivePeriod":{"start":"2026-03-22","end":"2026-03-23"},"valueString":"<0.10 10*9/L"}
        """,
        $$$"""
        {"resourceType":"Observation","id":"o3","status":"final","code":{"text":"panel"},{{{Subject}}},"effectiveDateTime":"2026-03-23T06:30:00Z",
         "component":[{ {{{Count}}},"valueQuantity":{"value":17,"unit":"10*9/L"} },
          {"code":{"coding":[{"system":"http://loinc.org","code":"751-8"}]},"valueQuantity":{"value":310,"code":"/uL",{{{Ucum}}} },"_valueQuantity":{"id":"x"} },
          {"code":{"coding":[{"system":"http://loinc.org","code":"718-7"}]},"valueQuantity":{"value":5.1,"unit":"mmol/L"},"referenceRange":[{"high":{"value":11.0}}]}]}
        """,
        $$$"""
        {"resourceType":"Observation","id":"o4","status":"final","code":{"text":"panel"},{{{Subject}}},"specimen":{"reference":"#s1"},
         "contained":[{"resourceType":"Specimen","id":"s1","collection":{"collectedDateTime":"2026-03-23T05:00:00-05:00"}},
          {"resourceType":"Observation","id":"m1","status":"final",{{{Count}}},"valueQuantity":{"value":16.0,"unit":"10*3/uL"},"effectiveDateTime":"2026-03-23T08:00:00+01:00"},
          {"resourceType":"Observation","id":"m2","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"751-8"}]},"valueQuantity":{"value":0.4,"unit":"G/L"},
           "effectiveInstant":"2026-03-23T08:00:00Z"},
          {"resourceType":"Practitioner","id":"d1","name":[{"family":"x"}]}],
         "hasMember":[{"reference":"#m1"},{"reference":"#m2"}],"performer":[{"reference":"#d1"}]}
        """,
        $$$"""
        {"resourceType":"Observation","id":"o5","status":"corrected","code":{"coding":[{"system":"http://loinc.org","code":"1742-6"}]},{{{Subject}}},
         "effectiveDateTime":"2026-03-23","valueQuantity":{"value":0.85,"unit":"ukat/L","comparator":">="},"referenceRange":[{"high":{"value":0.70,"unit":"ukat/L"}}]}
        """,
        $$$"""
        {"resourceType":"MedicationAdministration","id":"a1","status":"completed",{{{Subject}}},"effectivePeriod":{"start":"2026-03-22T08:00:00+01:00"},
         "medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"B02BX05"}]},"dosage":{"dose":{"value":0.0500,"unit":"g"} } }
        """,
        $$$"""
        {"resourceType":"MedicationAdministration","id":"a2","status":"in-progress",{{{Subject}}},"effectiveDateTime":"2026-03-22",
         "contained":[{"resourceType":"Medication","id":"m","code":{"coding":[{"system":"http://www.whocc.no/atc","code":"B02BX04"}]}}],
         "medicationReference":{"reference":"#m"},"dosage":{"dose":{"value":240,"unit":"mcg"} } }
        """,
        $$$"""
        {"resourceType":"MedicationStatement","id":"t1","status":"active",{{{Subject}}},"effectivePeriod":{"start":"2026-03-01","end":"2026-03-20"},
         "medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"B02BX05"}]},
         "dosage":[{"timing":{"repeat":{"frequency":2,"period":1.0,"periodUnit":"d"}},"doseAndRate":[{"doseQuantity":{"value":25.0,"unit":"mg",{{{Ucum}}},"code":"mg"} }]}]}
        """,
        $$$"""
        {"resourceType":"MedicationDispense","id":"d1","status":"completed",{{{Subject}}},"whenHandedOver":"2026-03-01T10:00:00Z","daysSupply":{"value":27.5,"unit":"d"},
         "medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"B02BX05"}]},
         "dosageInstruction":[{"timing":{"repeat":{"period":12,"periodUnit":"h"}},"doseAndRate":[{"doseQuantity":{"value":50,"unit":"mg"}}]}]}
        """,
        $$$"""
        {"resourceType":"Procedure","id":"p1","status":"completed",{{{Subject}}},"performedDateTime":"2026-03-01T11:00:00.123456789+01:00",
         "code":{"coding":[{"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"XW033J7"}]}}
        """,
        $$$"""
        {"resourceType":"Procedure","id":"p2","status":"in-progress",{{{Subject}}},"performedPeriod":{"start":"2026-03-05T11:00:00Z","end":"2026-03-05T12:00:00Z"},
         "code":{"coding":[{"system":"http://snomed.info/sct","code":"12719002"}]}}
        """,
        """{"resourceType":"Patient","id":"p1","deceasedDateTime":"2026-04-01","link":[{"other":{"reference":"Patient/p2"},"type":"replaced-by"}]}""",
        """{"resourceType":"Patient","id":"p3","deceasedBoolean":true,"birthDate":"1961-05","name":[{"given":["A",null],"_given":[null,{"id":"g"}]}]}""",
    ];
}
