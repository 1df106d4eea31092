using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

[CollectionDefinition(Name)]
public sealed class StrangersGroup : ICollectionFixture<Validators>, ICollectionFixture<WholeOutput>
{
    public const string Name = "validators of others";
}

/// <summary>
/// The same as <see cref="ValidatorTests"/> over the whole output of each service on its real host: every code in every form, courses of synthetic patients, and every
/// refusal. The table of what was judged is in the output of the test.
/// </summary>
[Collection(StrangersGroup.Name)]
public sealed class EmittedResourcesTests(Validators validators, WholeOutput emitted, ITestOutputHelper output)
{
    [Theory]
    [InlineData("write-back")]
    [InlineData("gateway")]
    [InlineData("listener")]
    [InlineData("simulator")]
    public async Task Whatever_a_service_emits_is_accepted_by_both_validators_and_by_our_own_rules(string origin)
    {
        var judged = new List<Judged>();
        foreach (var resource in await emitted.OfAsync(origin))
        {
            var (byStructure, bySchema) = await validators.JudgeAsync(resource.Json);
            judged.Add(new Judged(resource, byStructure, bySchema, EmittedFhir.Faults(resource.Json)));
        }

        output.WriteLine(Table(origin, judged));
        Assert.Empty(judged.SelectMany(one => one.ByStructure.Concat(one.ByUs).Select(fault => $"{one.Resource.Name}: {fault}")).Distinct());
        // A known flaw must show itself, every time.
        Assert.All(judged, one => Assert.Equal(ValidatorTests.FlawsOfTheSchema.GetValueOrDefault(one.Resource.Type, []), one.BySchema));
    }

    [Fact]
    public async Task Every_flag_is_among_them_in_each_status()
    {
        var flags = (await emitted.OfAsync("write-back")).Where(resource => resource.Type == "Flag").Select(resource => JsonNode.Parse(resource.Json)!);

        var seen = flags.Select(flag => $"{flag["code"]!["coding"]![0]!["code"]} {flag["status"]}").ToHashSet();

        Assert.Equal(14, EmittedByWriteBack.FlagCodes.Count);
        Assert.Superset(EmittedByWriteBack.FlagCodes.SelectMany(code => (string[])[$"{code} active", $"{code} inactive", $"{code} entered-in-error"]).ToHashSet(), seen);
    }

    [Fact]
    public async Task Every_activity_is_among_them_in_each_kind_with_a_dose_and_without_one_and_so_is_each_end_of_a_plan()
    {
        var plans = (await emitted.OfAsync("write-back")).Where(resource => resource.Type == "CarePlan").Select(resource => JsonNode.Parse(resource.Json)!).ToList();
        var details = plans.SelectMany(plan => plan["activity"] as JsonArray ?? []).Select(activity => activity!["detail"]!).ToList();

        Assert.Equal(13, EmittedByWriteBack.ActivityCodes.Count);
        Assert.Superset(
            EmittedByWriteBack.ActivityCodes.SelectMany(code => (string[])[$"{code} Task", $"{code} ServiceRequest", $"{code} MedicationRequest"]).ToHashSet(),
            details.Select(detail => $"{detail["code"]!["coding"]![0]!["code"]} {detail["kind"]}").ToHashSet());
        Assert.Contains(details, detail => detail["dailyAmount"] is not null);
        Assert.Contains(details, detail => detail["dailyAmount"] is null);
        Assert.Superset(new HashSet<string?> { "active", "completed", "revoked" }, plans.Select(plan => (string?)plan["status"]).ToHashSet());
    }

    [Theory]
    [InlineData("write-back", "Provenance")]
    [InlineData("listener", "Subscription")]
    [InlineData("listener", "OperationOutcome")]
    [InlineData("gateway", "OperationOutcome")]
    [InlineData("gateway", "Parameters")]
    [InlineData("gateway", "CapabilityStatement")]
    [InlineData("gateway", "Flag")]
    [InlineData("gateway", "CarePlan")]
    [InlineData("gateway", "Bundle", "searchset")]
    [InlineData("simulator", "Bundle", "searchset history transaction-response batch-response")]
    public async Task Every_kind_of_resource_is_among_them(string origin, string type, string bundleTypes = "")
    {
        var resources = (await emitted.OfAsync(origin)).Where(resource => resource.Type == type).Select(resource => JsonNode.Parse(resource.Json)!).ToList();

        Assert.NotEmpty(resources);
        var missing = bundleTypes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(resources.Select(resource => (string)resource["type"]!));
        Assert.Empty(missing);
        if (origin == "gateway" && type == "Bundle") Assert.Contains(resources, bundle => bundle["entry"] is null);
    }

    private static string Table(string origin, IEnumerable<Judged> all) => string.Join('\n', all.GroupBy(one => one.Resource.Type).OrderBy(type => type.Key, StringComparer.Ordinal).Select(type =>
        $"{origin} {type.Key}: {type.Count()} judged, not accepted by structure {type.Count(one => one.ByStructure.Count > 0)}, by schema {type.Count(one => one.BySchema.Count > 0)}, "
        + $"by our own rules {type.Count(one => one.ByUs.Count > 0)}"));

    private sealed record Judged(EmittedResource Resource, IReadOnlyList<string> ByStructure, IReadOnlyList<string> BySchema, IReadOnlyList<string> ByUs);
}
