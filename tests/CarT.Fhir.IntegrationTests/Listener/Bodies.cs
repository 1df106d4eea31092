using System.Text.Json.Nodes;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Bodies that a source sends.</summary>
internal static class Bodies
{
    public static string Platelets(string id, string patient = "p1", string version = "1", decimal thousandsPerMicrolitre = 18) =>
        $$$"""
        {"resourceType":"Observation","id":"{{{id}}}","meta":{"versionId":"{{{version}}}","lastUpdated":"2026-11-22T06:59:58Z"},"status":"final",
         "code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},"subject":{"reference":"Patient/{{{patient}}}"},
         "effectiveDateTime":"2026-11-22T05:40:00Z",
         "valueQuantity":{"value":{{{thousandsPerMicrolitre}}},"unit":"10*3/uL","system":"http://unitsofmeasure.org","code":"10*3/uL"}}
        """;

    public static string PlateletsWithoutPatient(string id) => Without(Platelets(id), "subject");

    public static string EltrombopagByReference(string id, string medication) =>
        $$$"""
        {"resourceType":"MedicationAdministration","id":"{{{id}}}","meta":{"versionId":"1"},"status":"completed",
         "medicationReference":{"reference":"Medication/{{{medication}}}"},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-22T08:00:00Z",
         "dosage":{"dose":{"value":50,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}} }
        """;

    public static string Medication(string id, string rxNorm) =>
        $$$"""
        {"resourceType":"Medication","id":"{{{id}}}",
         "code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"{{{rxNorm}}}"}]}}
        """;

    /// <summary>A notification Bundle of the Backport IG; entries follow its status.</summary>
    public static string Notification(
        string baseUrl, string type, string status, long events, IEnumerable<(long Number, string Focus)> focuses, params string[] entries)
    {
        var parameters = new List<string>
        {
            $$$"""{"name":"subscription","valueReference":{"reference":"{{{baseUrl}}}/Subscription/cart-labs"}}""",
            $$$"""{"name":"status","valueCode":"{{{status}}}"}""",
            $$$"""{"name":"type","valueCode":"{{{type}}}"}""",
            $$$"""{"name":"events-since-subscription-start","valueString":"{{{events}}}"}""",
        };
        parameters.AddRange(focuses.Select(focus =>
            $$$"""
            {"name":"notification-event","part":[{"name":"event-number","valueString":"{{{focus.Number}}}"},
             {"name":"timestamp","valueInstant":"2026-11-22T06:59:58Z"},{"name":"focus","valueReference":{"reference":"{{{focus.Focus}}}"}}]}
            """));
        var first = $$$"""
            {"fullUrl":"urn:uuid:3f2b7c10-0000-4000-8000-000000000005",
             "resource":{"resourceType":"Parameters","parameter":[{{{string.Join(',', parameters)}}}]}}
            """;
        return $$$"""{"resourceType":"Bundle","type":"history","timestamp":"2026-11-22T07:00:00Z","entry":[{{{string.Join(',', entries.Prepend(first))}}}]}""";
    }

    public static string Entry(string fullUrl, string method, string? resource = null)
    {
        var content = resource is null ? "" : $"\"resource\":{resource},";
        return $$$"""{"fullUrl":"{{{fullUrl}}}",{{{content}}}"request":{"method":"{{{method}}}","url":"x"},"response":{"status":"200"}}""";
    }

    private static string Without(string json, string member)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        node.Remove(member);
        return node.ToJsonString();
    }
}
