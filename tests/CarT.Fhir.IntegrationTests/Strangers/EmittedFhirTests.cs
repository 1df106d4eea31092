using System.Text.Json.Nodes;
using CarT.Fhir.R4.Reading;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>What accepts our resources must refuse damaged ones: our own rules, and the validators of others.</summary>
public sealed class EmittedFhirTests(Validators validators) : IClassFixture<Validators>
{
    [Theory]
    [InlineData("""Flag""", """ "status":"open" """, "Flag.status: code")]
    [InlineData("""Flag""", """ "subject":{"reference":"Group/g1"} """, "Flag.subject: target of the reference")]
    [InlineData("""Flag""", """ "author":{"reference":"#nobody"} """, "Flag.author: ref-1")]
    [InlineData("""Flag""", """ "category":[] """, "Flag.category: empty array")]
    [InlineData("""Flag""", """ "code":{"text":" "} """, "Flag.code.text: empty string")]
    [InlineData("""Flag""", """ "code":{} """, "Flag.code: empty object")]
    [InlineData("""Flag""", """ "encounter":null """, "Flag.encounter: null")]
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
