using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>What a collector receives of one result's way through the whole product.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class OneTraceTests
{
    private const string Flag = "severe-persistent-cytopenia";
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);

    [Fact]
    public async Task One_trace_leads_from_the_notification_to_the_Flag_and_every_metric_has_its_unit()
    {
        await using var collector = await OtlpReceiver.OpenAsync();
        await CourseAsync(collector);
        var spans = collector.Spans;

        var written = Assert.Single(spans, span => span.Name == "writeback.reconcile" && span.Tags["cart.code"] == Flag && span.Tags["cart.outcome"] == "created");
        Assert.Equal(
            ["PUT /fhir/hook/{source}/{type}/{id}", "listener.send", "protocol.facts", "protocol.publish", "writeback.wanted", "writeback.reconcile"],
            Way(spans, written).Where(span => span.Scope == "CarT.Fhir").Select(span => span.Name));

        var trace = spans.Where(span => span.Trace == written.Trace).ToList();
        var begin = Assert.Single(trace, span => span.Parent.Length == 0);
        Assert.Equal(("/fhir/hook/{source}/{type}/{id}", "200", "main"), (begin.Tags["http.route"], begin.Tags["http.response.status_code"], begin.Tags["cart.source"]));
        Assert.Equal(begin.Id, Assert.Single(trace, span => span.Name == "listener.normalise").Parent);
        var create = Assert.Single(trace, span => span.Name == "POST Flag" && span.Parent == written.Id);
        Assert.Equal(("201", "Done"), (create.Tags["http.response.status_code"], create.Tags["cart.verdict"]));
        foreach (var name in new[] { "writeback.provenance", "gateway.revision", "gateway.settled" }) Assert.Contains(trace, span => span.Name == name);
        Assert.Equal(trace.Count, trace.Select(span => span.Id).Distinct().Count());

        // What the bus says of the way is in the same trace, receipts included, and nothing of it begins one.
        Assert.Equal(
            ["cart-gateway-assessment-changed", "cart-gateway-writeback-settled", "cart-listener-facts-applied", "cart-protocol-assessment-applied",
                "cart-protocol-facts-recorded", "cart-writeback-assessment-changed"],
            trace.Where(span => span.Scope == "MassTransit" && span.Tags["messaging.operation"] == "receive").Select(span => span.Tags["messaging.destination.name"]).Distinct().Order());
        Assert.DoesNotContain(spans, span => span is { Scope: "MassTransit", Parent: "" });
        Assert.DoesNotContain(spans, span => span is { Scope: "CarT.Fhir.Client", Parent: "" });
        AssertMetrics(collector.Metrics);
    }

    [Fact]
    public async Task A_sender_that_wants_nothing_recorded_or_all_in_one_trace_is_linked_and_not_obeyed()
    {
        const string Caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        await using var collector = await OtlpReceiver.OpenAsync();
        await using var hospital = await Hospital.OpenAsync();
        await using (var cart = await CartInProcess.StartAsync(hospital, "none", Settings(collector)))
        {
            foreach (var id in new[] { "plt-1", "plt-2" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Put, "/fhir/hook/main/Observation/" + id)
                {
                    Headers = { { "traceparent", Caller }, { "Authorization", "Bearer " + CartProcess.HookSecret } },
                    Content = new StringContent(Clinical.Platelets("p1", id, InfusedAt, 12).ToJsonString(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/fhir+json")),
                };
                using var answer = await cart.Http.SendAsync(request, TestContext.Current.CancellationToken);
                answer.EnsureSuccessStatusCode();
            }
            await cart.AtRestAsync();
        }

        var hooks = collector.Spans.Where(span => span.Name.StartsWith("PUT /fhir/hook", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, hooks.Select(span => span.Trace).Distinct().Count());
        Assert.All(hooks, span => Assert.Equal(("", true), (span.Parent, span.Trace != Caller.Split('-')[1])));
        Assert.Contains(collector.Bodies, body => Convert.ToHexStringLower(body).Contains(Caller.Split('-')[1], StringComparison.Ordinal));
    }

    private static async Task CourseAsync(OtlpReceiver collector)
    {
        await using var hospital = await Hospital.OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "classic", Settings(collector));
        hospital.Ehr.Put(Clinical.Patient("p1"));
        hospital.Ehr.Put(Clinical.Infusion("p1", InfusedAt));
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12));
        await hospital.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        // The first revision is out: what comes now is published by its own message.
        await cart.AtRestAsync();
        var unknown = Clinical.Platelets("p1", "plt-x", InfusedAt.AddDays(22), 12);
        unknown["valueQuantity"]!["unit"] = "furlong";
        unknown["valueQuantity"]!["code"] = "furlong";
        hospital.Ehr.Put(unknown);
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 11));
        await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", Flag));
        await cart.AtRestAsync();
    }

    private static Dictionary<string, string?> Settings(OtlpReceiver collector) => new(StringComparer.Ordinal)
    {
        ["Cart:Telemetry:OtlpEndpoint"] = collector.Url,
        ["Cart:Telemetry:OtlpProtocol"] = "http/protobuf",
    };

    /// <summary>The spans that led to this one, the first of the trace first.</summary>
    private static List<OtlpSpan> Way(IReadOnlyList<OtlpSpan> spans, OtlpSpan last)
    {
        var way = new List<OtlpSpan> { last };
        while (way[0].Parent.Length > 0) way.Insert(0, Assert.Single(spans, span => span.Id == way[0].Parent && span.Trace == last.Trace));
        return way;
    }

    private static void AssertMetrics(IReadOnlyList<OtlpMetric> metrics)
    {
        AssertMetric("cart.results.received", "{result}", ("source", "main"), ("kind", "cell-count"));
        AssertMetric("cart.notifications.received", "{notification}", ("source", "main"));
        AssertMetric("cart.notifications.refused", "{refusal}", ("source", "main"), ("code", "unit-unknown"));
        AssertMetric("cart.source.lag", "s", ("source", "main"), ("how", "pushed"));
        foreach (var service in new[] { "listener", "protocol", "writeback" }) AssertMetric("cart.queue.age", "s", ("service", service));
        AssertMetric("cart.protocol.assessment.duration", "s");
        AssertMetric("cart.result_to_flag.duration", "s", ("target", "main"));
        AssertMetric("cart.writeback.outcomes", "{outcome}", ("target", "main"), ("type", "Flag"), ("outcome", "created"));
        AssertMetric("cart.flags.active", "{flag}", ("code", Flag));
        Assert.All(metrics.Where(metric => metric.Name.StartsWith("cart.", StringComparison.Ordinal)), metric => Assert.NotEmpty(metric.Unit));

        void AssertMetric(string name, string unit, params (string Key, string Value)[] tags)
        {
            Assert.Contains(metrics, metric => metric.Name == name && metric.Unit == unit && metric.Points.Any(point =>
                tags.All(tag => point.GetValueOrDefault(tag.Key) == tag.Value)));
        }
    }
}
