using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CarT.Fhir.UnitTests.Repository;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>Collector, alerts and dashboard speak of what the services really measure.</summary>
public sealed partial class TelemetryFilesTests
{
    private const string Alerts = "deploy/grafana/alerts.yml";
    private const string Dashboard = "deploy/grafana/dashboard.json";

    // Of the runtime and of the bus library, under the names that the collector makes of theirs.
    private static readonly string[] OfOthers =
        ["dotnet_process_cpu_time_seconds_total", "dotnet_process_memory_working_set_bytes", "messaging_masstransit_consume_errors"];

    public static TheoryData<string> Expressions() => new(AlertExpressions().Concat(DashboardExpressions()).Distinct());

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Each_metric_of_an_alert_or_a_panel_is_one_that_the_services_give(string expression)
    {
        var given = PrometheusNames().ToHashSet(StringComparer.Ordinal);
        var used = MetricName().Matches(expression).Select(match => match.Value).ToList();

        Assert.NotEmpty(used);
        Assert.All(used, name => Assert.True(given.Contains(name) || OfOthers.Contains(name), name));
    }

    [Fact]
    public void Each_alert_has_its_section_in_the_runbook()
    {
        var headings = DeployFiles.Lines("docs/operations.md").Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#', ' ').ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);

        Assert.All(Rules(), rule =>
        {
            var anchor = rule["alert"]!.GetValue<string>().ToLowerInvariant();
            Assert.Equal("docs/operations.md#" + anchor, rule["annotations"]!["runbook"]!.GetValue<string>());
            Assert.Contains(anchor, headings);
            Assert.Contains(rule["labels"]!["severity"]!.GetValue<string>(), new[] { "page", "ticket" });
        });
    }

    [Fact]
    public void The_collector_uses_what_it_defines_and_listens_where_the_services_send()
    {
        var collector = DeployFiles.Yaml("deploy/otel/collector.yaml").Single();

        foreach (var (name, pipeline) in collector["service"]!["pipelines"]!.AsObject())
        {
            foreach (var kind in new[] { "receivers", "processors", "exporters" })
                Assert.All(pipeline![kind]!.AsArray(), used => Assert.NotNull(collector[kind]!.AsObject().ContainsKey(used!.GetValue<string>()) ? used : null));
            Assert.Contains(pipeline!["processors"]!.AsArray(), processor => processor!.GetValue<string>().StartsWith("redaction/", StringComparison.Ordinal));
            Assert.Contains(name, new[] { "traces", "metrics", "logs" });
        }
        var sent = new Uri(ComposeFile.ReadExample("docker-compose.yml").EnvironmentOf("listener")["CART__Telemetry__OtlpEndpoint"]);
        Assert.EndsWith($":{sent.Port}", collector["receivers"]!["otlp"]!["protocols"]!["grpc"]!["endpoint"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(ComposeFile.ReadExample("docker-compose.yml").Services[sent.Host]);
    }

    [Fact]
    public void The_collector_lets_every_tag_of_our_spans_through()
    {
        var allowed = DeployFiles.Yaml("deploy/otel/collector.yaml").Single()["processors"]!["redaction/spans"]!["allowed_keys"]!.AsArray().Select(key => key!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        var set = Sources().SelectMany(text => SpanTag().Matches(text)).Select(match => match.Groups["tag"].Value).Distinct();

        Assert.Empty(set.Except(allowed));
    }

    [Fact]
    public async Task Prometheus_takes_the_alerts_and_they_go_off_as_said()
    {
        await DeployFiles.RunOrSkipAsync("promtool", "check", "config", "deploy/grafana/prometheus.yml");
        await DeployFiles.RunOrSkipAsync("promtool", "test", "rules", "deploy/grafana/alerts.test.yml");
    }

    private static IEnumerable<JsonNode> Rules() => DeployFiles.Yaml(Alerts).Single()["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).OfType<JsonNode>();

    private static IEnumerable<string> AlertExpressions() => Rules().Select(rule => rule["expr"]!.GetValue<string>());

    private static IEnumerable<string> DashboardExpressions() => JsonNode.Parse(DeployFiles.Text(Dashboard))!["panels"]!.AsArray()
        .SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => target!["expr"]!.GetValue<string>());

    // As the collector's exporter names them: dots become underscores, the unit s becomes _seconds, a counter ends in _total, a histogram has _bucket.
    private static IEnumerable<string> PrometheusNames()
    {
        foreach (var instrument in Sources().SelectMany(text => Instrument().Matches(text)))
        {
            var maker = instrument.Groups["maker"].Value;
            var seconds = maker.EndsWith("Seconds", StringComparison.Ordinal) || instrument.Groups["unit"].Value == "s";
            var name = instrument.Groups["name"].Value.Replace('.', '_') + (seconds ? "_seconds" : "");
            if (maker.StartsWith("CreateCounter", StringComparison.Ordinal)) yield return name + "_total";
            else if (maker.StartsWith("CreateHistogram", StringComparison.Ordinal) || maker.EndsWith("Seconds", StringComparison.Ordinal)) yield return name + "_bucket";
            else yield return name;
        }
    }

    private static IEnumerable<string> Sources() => RepositoryFiles.CSharp("services").Where(file => !file.Path.Contains("/simulator/", StringComparison.Ordinal)).Select(file => string.Join('\n', file.Lines));

    [GeneratedRegex(@"(?<maker>CreateCounter<\w+>|CreateHistogram<\w+>|CreateObservableGauge|Telemetry\.Seconds|new(\sStoreGauge)?)\(\s*""(?<name>cart\.[a-z_.]+)""(,\s*""(?<unit>[^""]*)"")?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\b(cart|dotnet|messaging)_[a-z0-9_]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex(@"SetTag\(""(?<tag>[a-z_.]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SpanTag();
}
