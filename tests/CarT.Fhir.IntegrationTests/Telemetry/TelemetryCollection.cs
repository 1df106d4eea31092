using Xunit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>Spans and metrics belong to a process and not to a host: what these tests read must not be mixed with what others do meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "telemetry";
}
