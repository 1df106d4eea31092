using CarT.Fhir.IntegrationTests;
using CarT.Fhir.IntegrationTests.Deploy;
using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.IntegrationTests.Production;
using CarT.Fhir.IntegrationTests.Simulation;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace CarT.Fhir.IntegrationTests;

/// <summary>What takes minutes begins at once, beside all that is short; begun last, it would run alone in the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        ProductionCollection.Name, nameof(ComposeEnvironmentTests), nameof(SimulationTests), nameof(FailpointTests), nameof(BadChannelTests), nameof(DemoTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) switch
        {
            < 0 => Long.Length,
            var place => place,
        })];
}
