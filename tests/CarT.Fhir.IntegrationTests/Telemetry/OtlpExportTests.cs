using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.Standalone.Demo;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>Traces, metrics and logs arrive at a collector, by either protocol, and what was done last arrives too.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class OtlpExportTests
{
    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task Traces_metrics_and_logs_arrive_when_the_host_stops(string protocol)
    {
        await using var collector = await OtlpReceiver.OpenAsync(overGrpc: protocol == "grpc");
        await using var hospital = await Hospital.OpenAsync();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Cart:Telemetry:OtlpEndpoint"] = collector.Url,
            ["Cart:Telemetry:OtlpProtocol"] = protocol,
        };
        await using (var cart = await CartInProcess.StartAsync(hospital, "none", settings))
        {
            // The last thing that is done before the stop.
            using var answer = await cart.Http.GetAsync("/fhir/Flag?patient=p1", TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        Assert.Contains(collector.Spans, span => span.Name == "GET /fhir/{type}" || span.Name.StartsWith("GET /fhir/", StringComparison.Ordinal));
        Assert.Contains(collector.Metrics, metric => metric.Name == "cart.queue.age");
        var log = Assert.Single(collector.Logs, line => line.Text.StartsWith("Protocol in force", StringComparison.Ordinal));
        Assert.Equal("cart-fhir", log.Resource["service.name"]);
        Assert.NotEmpty(log.Resource["service.version"]);
        Assert.True(Guid.TryParse(log.Resource["service.instance.id"], out _));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_stops_nobody()
    {
        await using var hospital = await Hospital.OpenAsync();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Cart:Telemetry:OtlpEndpoint"] = $"http://127.0.0.1:{LoopbackPort.Free()}" };
        await using var cart = await CartInProcess.StartAsync(hospital, "none", settings);

        using var answer = await cart.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
    }
}
