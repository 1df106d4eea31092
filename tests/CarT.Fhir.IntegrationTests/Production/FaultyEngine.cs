using CarT.Fhir.Contracts.Messages;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>The engine of the tests of production, made once; each test has its own patients.</summary>
public sealed class FaultyEngine : IAsyncLifetime
{
    private Engine? engine;

    internal Engine Engine
    {
        get
        {
            Assert.SkipUnless(LocalServers.AreWanted, "no servers were asked for (./check starts them)");
            return engine!;
        }
    }

    /// <summary>Something is done to the engine while results flow; in the end all of them have had their effect, once.</summary>
    /// <param name="name">Short, for the ids of the patients.</param>
    /// <param name="title">For the table.</param>
    /// <param name="fault">What is done; returns when it is over.</param>
    internal Task SurvivesAsync(string name, string title, Func<Task> fault) => KeptAsync(async () =>
    {
        var outcome = (await WardFlow.ThroughAsync(Engine, name, fault)) with { Fault = title };
        FaultTable.Add(outcome);
        Assert.Equal((0L, 0, 0L), (outcome.WithoutEffect, outcome.Blocked, outcome.Duplicates));
    });

    /// <summary>Runs the test. When it fails, it says what the processes said, and the next test finds the engine whole again.</summary>
    internal async Task KeptAsync(Func<Task> test)
    {
        var kept = Engine;
        try
        {
            await test();
        }
        catch (Exception e)
        {
            var state = await kept.DescribeAsync();
            await kept.MendAsync();
            throw new InvalidOperationException($"{e.Message}{System.Environment.NewLine}{state}", e);
        }
    }

    /// <summary>Facts as MassTransit puts them on the wire.</summary>
    internal static string Enveloped(string facts) => $$"""
        {"messageId":"{{Guid.NewGuid()}}","messageType":["{{MassTransit.MessageUrn.ForTypeString<FactsRecorded>()}}"],"message":{{facts}}}
        """;

    public async ValueTask InitializeAsync()
    {
        if (LocalServers.AreWanted) engine = await Engine.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (engine is not null) await engine.DisposeAsync();
    }
}

/// <summary>Those tests come one after the other: one engine, and what happens to it happens to all.</summary>
[CollectionDefinition(Name)]
public sealed class ProductionCollection : ICollectionFixture<FaultyEngine>
{
    public const string Name = "production engine";
}
