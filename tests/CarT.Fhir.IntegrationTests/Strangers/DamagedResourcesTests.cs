using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>The validators refuse what is broken, so that what they accept means something; and what only one of them, or neither, sees.</summary>
[Collection(StrangersGroup.Name)]
public sealed class DamagedResourcesTests(Validators validators)
{
    [Theory]
    [InlineData("Flag")]
    [InlineData("CarePlan")]
    [InlineData("Provenance")]
    [InlineData("searchset")]
    [InlineData("transaction")]
    public async Task What_is_good_is_accepted_by_both_and_breaks_no_rule_of_ours(string kind)
    {
        var good = Damage.Good(kind).ToJsonString();
        var (byStructure, bySchema) = await validators.JudgeAsync(good);

        Assert.Empty(byStructure);
        Assert.Empty(bySchema);
        Assert.Empty(EmittedFhir.Faults(good));
    }

    [Theory]
    [InlineData("Flag", "code", null)]
    [InlineData("Flag", "subject", null)]
    [InlineData("Flag", "importance", "\"high\"")]
    [InlineData("Flag", "period.start", "\"25.3.2026\"")]
    [InlineData("Flag", "category", "{\"text\":\"clinical\"}")]
    [InlineData("CarePlan", "activity.0.detail.dailyAmount.value", "\"50\"")]
    [InlineData("Provenance", "recorded", "\"2026-03-25\"")]
    [InlineData("Provenance", "agent", null)]
    [InlineData("searchset", "entry.0.resource.code", null)]
    public Task What_is_broken_is_refused_by_both(string kind, string path, string? json) => AssertAsync(kind, path, json, structure: true, schema: true);

    [Theory]
    [InlineData("Flag", "encounter", "null")]
    [InlineData("CarePlan", "intent", null)]
    [InlineData("CarePlan", "activity.0.detail.status", null)]
    [InlineData("CarePlan", "activity.0.reference", "{\"reference\":\"ServiceRequest/s1\"}")]
    [InlineData("transaction", "entry.0.request", null)]
    [InlineData("searchset", "entry.0.fullUrl", "\"urn:uuid:00000000-0000-4000-8000-000000000001\"")]
    public Task Only_the_first_sees_null_misses_a_code_and_evaluates_invariants(string kind, string path, string? json) => AssertAsync(kind, path, json, structure: true, schema: false);

    [Theory]
    [InlineData("Flag", "status", "\"aktiv\"")]
    [InlineData("CarePlan", "activity.0.detail.dailyAmount.comparator", "\"~\"")]
    public Task Only_the_second_knows_codes(string kind, string path, string json) => AssertAsync(kind, path, json, structure: false, schema: true);

    /// <summary>That is what our own rules are for.</summary>
    [Theory]
    [InlineData("CarePlan", "activity.0.detail.kind", "\"Medication\"")]
    [InlineData("Flag", "code.text", "\"see https://cart.example.org\"")]
    [InlineData("CarePlan", "activity.0.detail.dailyAmount", "{\"value\":50,\"code\":\"mg\"}")]
    [InlineData("Flag", "period.end", "\"2026-03-24\"")]
    [InlineData("Flag", "category", "[]")]
    public async Task Neither_sees_everything(string kind, string path, string json)
    {
        await AssertAsync(kind, path, json, structure: false, schema: false);
        Assert.NotEmpty(EmittedFhir.Faults(Damage.Set(kind, path, json)));
    }

    private async Task AssertAsync(string kind, string path, string? json, bool structure, bool schema)
    {
        var (byStructure, bySchema) = await validators.JudgeAsync(Damage.Set(kind, path, json));

        Assert.Equal((structure, schema), (byStructure.Count > 0, bySchema.Count > 0));
    }
}
