using System.Text.Json.Nodes;
using CarT.Fhir.R4.Reading;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>What accepts our resources must refuse damaged ones: our own rules, and the validators of others.</summary>
[Collection(StrangersGroup.Name)]
public sealed class EmittedFhirTests(Validators validators)
{
    [Theory]
    [InlineData("""Flag""", """ "status":"open" """, "Flag.status: code")]
    [InlineData("""Flag""", """ "subject":{"reference":"Group/g1"} """, "Flag.subject: target of the reference")]
    [InlineData("""Flag""", """ "author":{"reference":"#nobody"} """, "Flag.author: ref-1")]
    [InlineData("""Flag""", """ "category":[] """, "Flag.category: empty array")]
    [InlineData("""Flag""", """ "code":{"text":" "} """, "Flag.code.text: empty string")]
    [InlineData("""Flag""", """ "code":{} """, "Flag.code: empty object")]
    [InlineData("""Flag""", """ "encounter":null """, "Flag.encounter: null")]
    [InlineData("""Flag""", """ "category":[null] """, "Flag.category: null")]
    [InlineData("""Flag""", """ "status":"active","status":"active" """, "Flag.status: twice")]
    [InlineData("""Flag""", """ "text":{"status":"made"} """, "Flag.text.status: code")]
    [InlineData("""Flag""", """ "subject":{"reference":"p1"} """, "Flag.subject: target of the reference")]
    [InlineData("""Flag""", """ "note":{"reference":"Patient/p1"} """, "Flag.note: target of the reference")]
    [InlineData("""Flag""", """ "contained":[{"resourceType":"Flag","status":"open"}] """, "Flag.status: code")]
    [InlineData("""Flag""", """ "identifier":[{"system":"https://cart.Example.org/flag","value":"1"}] """, "Flag.identifier.system: an example's address")]
    [InlineData("""Flag""", """ "period":{"start":"2026-03-24T10:00:00+02:00","end":"2026-03-24T07:59:00Z"} """, "Flag.period: per-1")]
    [InlineData("""Flag""", """ "period":{"start":"2026-03","end":"2026-02-28"} """, "Flag.period: per-1")]
    [InlineData("""CarePlan""", """ "activity":[{"detail":{"status":"not-started","productReference":{"reference":"urn:m"},"productCodeableConcept":{"text":"x"}}}] """, "CarePlan.activity.detail.product[x]: two types")]
    [InlineData("""CarePlan""", """ "activity":[{"detail":{"status":"not-started","kind":"Medication"}}] """, "CarePlan.activity.detail.kind: code")]
    [InlineData("""CarePlan""", """ "activity":[{"detail":{"status":"not-started","reasonReference":[{"reference":"MedicationAdministration/m1"}]}}] """, "CarePlan.activity.detail.reasonReference: target of the reference")]
    [InlineData("""Observation""", """ "valueQuantity":{"value":1,"comparator":"~"} """, "Observation.valueQuantity.comparator: code")]
    [InlineData("""Observation""", """ "referenceRange":[{"low":{"value":1,"comparator":"<"}}] """, "Observation.referenceRange.low: sqty-1")]
    [InlineData("""Provenance""", """ "entity":[{"role":"origin"}] """, "Provenance.entity.role: code")]
    [InlineData("""Flag""", """ "period":{"start":"2026-04-02","end":"2026-04-01"} """, "Flag.period: per-1")]
    [InlineData("""Flag""", """ "extension":[{"url":"urn:x","valueString":"a","valueCode":"b"}] """, "Flag.extension.value[x]: two types")]
    [InlineData("""CarePlan""", """ "intent":"order" """, "CarePlan.intent: code")]
    [InlineData("""CarePlan""", """ "activity":[{"detail":{"status":"in-progress"}}] """, "CarePlan.activity.detail.status: code")]
    [InlineData("""CarePlan""", """ "activity":[{"reference":{"reference":"Task/t1"},"detail":{"status":"not-started"}}] """, "CarePlan.activity: cpl-3")]
    [InlineData("""CarePlan""", """ "activity":[{"detail":{"status":"not-started","dailyAmount":{"value":50,"code":"mg"}}}] """, "CarePlan.activity.detail.dailyAmount: qty-3")]
    [InlineData("""CarePlan""", """ "activity":[{"detail":{"status":"not-started","dailyAmount":{"value":50,"comparator":"<"}}}] """, "CarePlan.activity.detail.dailyAmount: sqty-1")]
    [InlineData("""Bundle""", """ "type":"transaction","total":1 """, "Bundle.total: bdl-1")]
    [InlineData("""Bundle""", """ "type":"collection","entry":[{"fullUrl":"urn:a","search":{"mode":"match"},"resource":{"resourceType":"Basic"}}] """, "Bundle.entry.search: bdl-2")]
    [InlineData("""Bundle""", """ "type":"transaction","entry":[{"resource":{"resourceType":"Basic"}}] """, "Bundle.entry.request: bdl-3")]
    [InlineData("""Bundle""", """ "type":"history","entry":[{"request":{"method":"GET","url":"x"}}] """, "Bundle.entry.response: bdl-4")]
    [InlineData("""Bundle""", """ "type":"searchset","entry":[{"fullUrl":"urn:a"}] """, "Bundle.entry: bdl-5")]
    [InlineData("""Bundle""", """ "type":"searchset","entry":[{"fullUrl":"urn:a","resource":{"resourceType":"Basic"}},{"fullUrl":"urn:a","resource":{"resourceType":"Basic"}}] """, "Bundle.entry.fullUrl: bdl-7")]
    [InlineData("""Bundle""", """ "type":"searchset","entry":[{"fullUrl":"http://x/Basic/1/_history/2","resource":{"resourceType":"Basic"}}] """, "Bundle.entry.fullUrl: bdl-8")]
    [InlineData("""Bundle""", """ "type":"searchset","entry":[{"fullUrl":"urn:a","resource":{"resourceType":"Flag","status":"open"}}] """, "Flag.status: code")]
    public void Our_own_rules_name_each_defect(string type, string members, string fault) =>
        Assert.Equal([fault], EmittedFhir.Faults($$"""{"resourceType":"{{type}}",{{members}}}"""));

    [Theory]
    [InlineData("""Flag""", """ "contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"} """)]
    [InlineData("""Flag""", """ "subject":{"reference":"https://ehr.hospital.test/fhir/Patient/p1/_history/3"} """)]
    [InlineData("""Flag""", """ "period":{"start":"2026-03-24","end":"2026-03"} """)]
    [InlineData("""Flag""", """ "period":{"start":"2026-03-24T10:00:00+02:00","end":"2026-03-24T09:00:00Z"} """)]
    [InlineData("""Observation""", """ "valueQuantity":{"value":1,"comparator":"<","system":"http://unitsofmeasure.org","code":"g/L"} """)]
    [InlineData("""Subscription""", """ "channel":{"endpoint":"https://cart.hospital.test/fhir/hook/main","payload":"application/fhir+json"} """)]
    [InlineData("""Bundle""", """ "type":"history","entry":[{"fullUrl":"urn:a","request":{"method":"GET","url":"x"},"response":{"status":"200"}},{"fullUrl":"urn:a","request":{"method":"GET","url":"x"},"response":{"status":"200"}}] """)]
    public void Our_own_rules_find_nothing_in_what_is_sound(string type, string members) =>
        Assert.Empty(EmittedFhir.Faults($$"""{"resourceType":"{{type}}",{{members}}}"""));

    [Fact]
    public async Task Both_validators_refuse_what_is_damaged_and_accept_what_is_not()
    {
        var flag = Encoding(Emitted.Flags().First());
        await AcceptedByBothAsync(flag);

        foreach (var damage in new Action<JsonObject>[] { json => json.Remove("code"), json => json["colour"] = "red", json => json.Remove("subject") })
        {
            var damaged = JsonNode.Parse(flag)!.AsObject();
            damage(damaged);
            var (byStructure, bySchema) = await validators.JudgeAsync(damaged.ToJsonString());
            Assert.NotEmpty(byStructure);
            Assert.NotEmpty(bySchema);
        }
    }

    [Fact]
    public async Task What_each_validator_misses_is_why_there_are_two_and_our_own_rules()
    {
        var (byStructure, bySchema) = await validators.JudgeAsync(Encoding(Emitted.Flags().First()).Replace("\"status\":\"active\"", "\"status\":\"open\"", StringComparison.Ordinal));
        Assert.Empty(byStructure);
        Assert.NotEmpty(bySchema);

        (byStructure, bySchema) = await validators.JudgeAsync("""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Basic","code":{"text":"x"}}}]}""");
        Assert.NotEmpty(byStructure);
        Assert.Empty(bySchema);

        await AcceptedByBothAsync("""{"resourceType":"Flag","status":"active","category":[],"code":{"text":"x"},"subject":{"reference":"Patient/p1"}}""");
    }

    private async Task AcceptedByBothAsync(string json)
    {
        var (byStructure, bySchema) = await validators.JudgeAsync(json);
        Assert.Empty(byStructure);
        Assert.Empty(bySchema);
    }

    private static string Encoding(Hl7.Fhir.Model.Resource resource) => System.Text.Encoding.UTF8.GetString(FhirJson.Write(resource));
}
