using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.IntegrationTests.EndToEnd;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>
/// Marked data goes through every path of success and failure. Afterwards none of it may stand in a log line (any level, scopes and exceptions
/// included), in anything exported over OTLP, or in the headers of a moved message. The body of a moved message is the message: it holds ids and values,
/// never who the patient is.
/// </summary>
[Collection(TelemetryCollection.Name)]
public sealed class CanaryTests : IDisposable
{
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);
    private readonly LogCapture logs = new();
    private readonly ErrorQueues errors = new();
    private readonly ConcurrentDictionary<string, int> armed = new(StringComparer.Ordinal);
    private int results;

    [Fact]
    public async Task No_log_span_metric_or_fault_header_holds_a_name_a_birth_date_an_identifier_or_a_value()
    {
        await using var collector = await OtlpReceiver.OpenAsync();
        await using var grumpy = await GrumpyServer.OpenAsync();
        await using var hospital = await Hospital.OpenAsync();
        await using (var cart = await StartAsync(hospital, collector, grumpy))
        {
            await errors.ConnectAsync(cart.Services.GetRequiredService<IBusControl>());
            await CourseAsync(hospital, cart);
            await GrumpySourceAsync(cart);
            await BadBodiesAsync(cart);
            await StrangersAsync(cart);
            await FaultsOnTheWayAsync(hospital, cart);
            await BrokenMessagesAsync(cart);
        }

        // What is looked at is there at all.
        foreach (var said in new[] { "unit-unknown", "it refuses to search", "a Subscription was not taken" })
            Assert.Contains(logs.Lines, line => line.Contains(said, StringComparison.Ordinal));
        Assert.Contains(logs.Lines, line => line.StartsWith("Error Microsoft.Extensions.Hosting", StringComparison.Ordinal));
        Assert.Contains(logs.Lines, line => line.StartsWith("Error MassTransit", StringComparison.Ordinal));
        Assert.Contains(collector.Spans, span => span.Name == "writeback.reconcile" && span.Tags["cart.outcome"] == "refused");
        Assert.Contains(collector.Spans, span => span.Name == "writeback.reconcile" && span.Tags["cart.outcome"] == "created");
        Assert.Equal(ErrorQueues.Queues.Order(), errors.Moved.Select(message => message.Queue).Distinct().Order());
        Assert.All(errors.Moved, message => Assert.Contains("MT-Fault-StackTrace", message.Headers, StringComparison.Ordinal));

        Assert.All(logs.Lines, line => Canary.AssertNone(Canary.All, line, "a log line"));
        Assert.All(collector.Bodies, body => Canary.AssertNone(body, "an export"));
        Assert.All(errors.Moved, message => Canary.AssertNone(Canary.All, message.Headers, "a header in " + message.Queue));
        Assert.All(errors.Moved, message => Canary.AssertNone([.. Canary.Identity, .. Canary.Credentials], message.Body, "a message in " + message.Queue));
    }

    public void Dispose() => logs.Dispose();

    private async Task<CartInProcess> StartAsync(Hospital hospital, OtlpReceiver collector, GrumpyServer grumpy)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Cart:Telemetry:OtlpEndpoint"] = collector.Url,
            ["Cart:Telemetry:OtlpProtocol"] = "http/protobuf",
            ["Cart:Sources:grumpy:BaseUrl"] = grumpy.Url,
            ["Cart:Sources:grumpy:Provides:0"] = "labs",
            ["Cart:Sources:grumpy:Subscription:Style"] = "classic",
            ["Cart:Sources:grumpy:Subscription:HookUrl"] = "http://127.0.0.1:1/fhir/hook/grumpy",
            ["Cart:Sources:grumpy:Subscription:Secrets:0"] = CartProcess.HookSecret,
            ["Cart:Sources:grumpy:Auth:Kind"] = "bearer",
            ["Cart:Sources:grumpy:Auth:Token"] = Canary.TargetToken,
            ["Cart:Targets:grumpy:BaseUrl"] = grumpy.Url,
            ["Cart:Targets:grumpy:Source"] = "main",
            ["Cart:Targets:grumpy:Strategy"] = "flag-careplan",
            ["Cart:Targets:grumpy:Auth:Kind"] = "bearer",
            ["Cart:Targets:grumpy:Auth:Token"] = Canary.TargetToken,
        };
        return await CartInProcess.StartAsync(hospital, "none", settings, prepare: builder =>
        {
            builder.Logging.AddProvider(logs);
            // For this provider nothing but the product itself holds anything back.
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddFilter<LogCapture>(null, LogLevel.Trace);
            builder.Services.AddSingleton(new Failpoints(Reach));
            builder.Services.AddHostedService<DyingWorker>();
            builder.Services.PostConfigure<HostOptions>(host => host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
        });
    }

    /// <summary>Throws where it is armed, so many times, with a text that quotes everything.</summary>
    private ValueTask Reach(string name)
    {
        while (armed.TryGetValue(name, out var left) && left > 0)
        {
            if (!armed.TryUpdate(name, left - 1, left)) continue;
            throw name == Failpoints.HookStored ? new IOException(Canary.Quote) : new FormatException(Canary.Quote, new InvalidOperationException(Canary.Quote));
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Success: patient, infusion and two counts, to Flag and CarePlan in one target and to refusals that quote the name in the other.</summary>
    private async Task CourseAsync(Hospital hospital, CartInProcess cart)
    {
        await DeliverAsync(hospital, cart, Canary.PatientResource());
        await DeliverAsync(hospital, cart, Clinical.Infusion(Canary.Patient, InfusedAt));
        await ResultAsync(hospital, cart, 21);
        await ResultAsync(hospital, cart, 22);
        await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag(Canary.Patient, "severe-persistent-cytopenia"));
        await cart.AtRestAsync();
    }

    /// <summary>A source that refuses the history of the patient, and everything else that it is asked for.</summary>
    private static async Task GrumpySourceAsync(CartInProcess cart)
    {
        var infusion = Versioned(Clinical.Infusion(Canary.Patient, InfusedAt));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(cart, HttpMethod.Post, "/fhir/hook/grumpy", infusion.ToJsonString()));
        await SendAsync(cart, HttpMethod.Delete, $"/fhir/hook/grumpy/Observation/{Canary.ResultPrefix}1", null);
    }

    /// <summary>What a sender can get wrong.</summary>
    private static async Task BadBodiesAsync(CartInProcess cart)
    {
        var unit = Canary.Platelets(101, InfusedAt.AddDays(22));
        unit["valueQuantity"]!["unit"] = Canary.Unit;
        unit["valueQuantity"]!["code"] = Canary.Unit;
        await PutAsync(cart, Versioned(unit));
        var patient = Canary.Platelets(102, InfusedAt.AddDays(22));
        patient["subject"]!["reference"] = $"https://elsewhere.example/{Canary.Family}/Patient/{Canary.Patient}";
        await PutAsync(cart, Versioned(patient));
        var value = Canary.Platelets(103, InfusedAt.AddDays(22));
        value["valueQuantity"]!["value"] = Canary.Family;
        await PutAsync(cart, Versioned(value));
        var time = Canary.Platelets(104, InfusedAt.AddDays(22));
        time["effectiveDateTime"] = Canary.BirthDate + "T25:61";
        await PutAsync(cart, Versioned(time));
        var whole = Versioned(Canary.Platelets(105, InfusedAt.AddDays(22))).ToJsonString();
        await SendAsync(cart, HttpMethod.Put, $"/fhir/hook/main/Observation/{Canary.ResultPrefix}105", whole[..^40]);
        await SendAsync(cart, HttpMethod.Put, $"/fhir/hook/main/Observation/{Canary.ResultPrefix}106", whole);
        await SendAsync(cart, HttpMethod.Post, "/fhir/hook/main", $$"""{"resourceType":"Bundle","type":"history","entry":[{"resource":{{whole}}},{"fullUrl":"{{Canary.Family}}","request":{"method":"DELETE","url":"{{Canary.Family}}/{{Canary.Patient}}"} }]}""");
        await SendAsync(cart, HttpMethod.Post, "/fhir/hook/main", $$"""{"{{Canary.Family}}":"{{Canary.RecordNumber}}","{{Canary.Family}}":1}""");
        await SendAsync(cart, HttpMethod.Put, $"/fhir/hook/main/{Canary.Family}/{Canary.RecordNumber}?name={Canary.Family}", whole);
        await SendAsync(cart, HttpMethod.Delete, $"/fhir/hook/main/Observation/{Canary.ResultPrefix}107", null);
    }

    /// <summary>Those who have no credential, and paths and queries that hold what they should not.</summary>
    private static async Task StrangersAsync(CartInProcess cart)
    {
        var whole = Canary.Platelets(110, InfusedAt.AddDays(22)).ToJsonString();
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(cart, HttpMethod.Put, $"/fhir/hook/main/Observation/{Canary.ResultPrefix}110", whole, Canary.Credential));
        await SendAsync(cart, HttpMethod.Put, $"/fhir/hook/{Canary.Family}/Observation/{Canary.ResultPrefix}110", whole, Canary.Credential);
        await SendAsync(cart, HttpMethod.Get, $"/fhir/Flag?patient={Canary.Patient}&identifier={Canary.RecordNumber}", null, Canary.Credential);
        foreach (var path in new[]
        {
            $"/fhir/Flag?patient={Canary.Patient}&{Canary.Family}={Canary.Given}", $"/fhir/Flag?_lastUpdated={Canary.Family}", $"/fhir/Patient/{Canary.Patient}/$assessment",
            $"/fhir/Flag/{Canary.Family}", $"/fhir/{Canary.Family}/{Canary.Patient}", $"/{Canary.Family}?q={Canary.RecordNumber}", "/admin/refused", "/admin/targets",
        })
            await SendAsync(cart, HttpMethod.Get, path, null, CartInProcess.ApiSecret);
        await SendAsync(cart, HttpMethod.Post, "/admin/reassess", $$"""{"patient":{"namespace":"main","id":"{{Canary.Patient}}"},"reason":"{{Canary.Family}}"}""", CartInProcess.ApiSecret);
        await SendAsync(cart, HttpMethod.Post, "/admin/reassess", $$"""{"patient":"{{Canary.Family}}","{{Canary.Family}}":7""", CartInProcess.ApiSecret);
    }

    /// <summary>Exceptions that quote the data, at each step; what stays broken ends in the error queues.</summary>
    private async Task FaultsOnTheWayAsync(Hospital hospital, CartInProcess cart)
    {
        armed[Failpoints.HookStored] = 1;
        var again = Versioned(Canary.Platelets(120, InfusedAt.AddDays(22)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PutAsync(cart, again));
        armed[Failpoints.HookReceived] = 1;
        Assert.Equal(HttpStatusCode.InternalServerError, await PutAsync(cart, again));

        foreach (var once in new[] { Failpoints.ListenerRead, Failpoints.ListenerSettled, Failpoints.ListenerSent, Failpoints.WriteBackSending, Failpoints.WriteBackSettled, Failpoints.ProtocolCommitted })
            armed[once] = 1;
        armed[Failpoints.ProtocolReceipted] = int.MaxValue;
        await ResultAsync(hospital, cart, 23);
        await errors.UntilAsync(WireNames.ProtocolAssessmentApplied);

        armed[Failpoints.ListenerReceipted] = armed[Failpoints.GatewayStored] = armed[Failpoints.WriteBackStored] = int.MaxValue;
        await ResultAsync(hospital, cart, 23);
        foreach (var queue in new[] { WireNames.ListenerFactsApplied, WireNames.GatewayAssessmentChanged, WireNames.WriteBackAssessmentChanged }) await errors.UntilAsync(queue);

        armed[Failpoints.ProtocolReceived] = int.MaxValue;
        await ResultAsync(hospital, cart, 23);
        await errors.UntilAsync(WireNames.ProtocolFactsRecorded);
    }

    /// <summary>Messages that break their contract, and some that are not even of its form: the reader quotes what it cannot read, and where.</summary>
    private async Task BrokenMessagesAsync(CartInProcess cart)
    {
        armed.Clear();
        var bus = cart.Services.GetRequiredService<IBus>();
        var patient = new PatientKey("main", Canary.Patient);
        await bus.Publish(new ReassessPatient { Patient = patient, Reason = " " });
        await bus.Publish(new WriteBackSettled
        {
            Patient = patient,
            Target = "main",
            Revision = 1,
            Outcome = Canary.Unit,
            Resource = "Flag/" + Canary.Patient,
            Identifier = Canary.Patient,
            At = InfusedAt,
        });
        await errors.UntilAsync(WireNames.ProtocolReassessPatient);
        await errors.UntilAsync(WireNames.GatewayWriteBackSettled);

        var revisions = errors.Moved.Count(message => message.Queue == WireNames.WriteBackAssessmentChanged);
        await bus.Publish(new MisshapenRevision { Patient = patient, Revision = 1, EvidenceVersions = new() { ["Observation/" + Canary.ResultPrefix + "1"] = [1] } });
        await errors.UntilAsync(WireNames.WriteBackAssessmentChanged, revisions + 1);
        var facts = errors.Moved.Count(message => message.Queue == WireNames.ProtocolFactsRecorded);
        await bus.Publish(new MisshapenFacts { Resources = [new { CellCounts = new[] { new { Value = Canary.Value(7) + Canary.Unit } } }] });
        await errors.UntilAsync(WireNames.ProtocolFactsRecorded, facts + 1);

        // Not even JSON: the reader repeats the word that it does not know.
        var queue = await bus.GetSendEndpoint(new Uri("queue:" + WireNames.ProtocolFactsRecorded));
        var body = new StringMessageBody($$"""{"message":{{Canary.Value(7)}},"resources":t{{Canary.Unit}} }""");
        await queue.Send(new MisshapenFacts { Resources = [] }, context => context.Serializer = new CopyBodySerializer(SystemTextJsonMessageSerializer.JsonContentType, body));
        await errors.UntilAsync(WireNames.ProtocolFactsRecorded, facts + 2);
    }

    // Each lower than the one before, so that each changes the assessment.
    private Task ResultAsync(Hospital hospital, CartInProcess cart, int day) =>
        DeliverAsync(hospital, cart, Canary.Platelets(++results, InfusedAt.AddDays(day).AddMinutes(results), whole: 9 - results));

    private static async Task DeliverAsync(Hospital hospital, CartInProcess cart, JsonObject resource)
    {
        hospital.Ehr.Put(resource);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(cart, Versioned(resource)));
    }

    private static JsonObject Versioned(JsonObject resource)
    {
        var versioned = resource.DeepClone().AsObject();
        versioned["meta"] = JsonNode.Parse($$"""{"versionId":"1","lastUpdated":"{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}}"}""");
        return versioned;
    }

    private static Task<HttpStatusCode> PutAsync(CartInProcess cart, JsonObject resource) =>
        SendAsync(cart, HttpMethod.Put, $"/fhir/hook/main/{Hospital.Text(resource["resourceType"])}/{Hospital.Text(resource["id"])}", resource.ToJsonString());

    private static async Task<HttpStatusCode> SendAsync(CartInProcess cart, HttpMethod method, string path, string? body, string secret = CartProcess.HookSecret)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue("application/fhir+json"));
        using var answer = await cart.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>On the wire an AssessmentChanged, with a member of another type: the reader says under which key.</summary>
    [MessageUrn("CarT.Fhir.Contracts.Messages:AssessmentChanged")]
    [EntityName("cart.assessment-changed.v1")]
    internal sealed record MisshapenRevision
    {
        public required PatientKey Patient { get; init; }

        public required long Revision { get; init; }

        public required Dictionary<string, List<int>> EvidenceVersions { get; init; }
    }

    /// <summary>On the wire a FactsRecorded with a number that is none: the reader says what it is.</summary>
    [MessageUrn("CarT.Fhir.Contracts.Messages:FactsRecorded")]
    [EntityName("cart.facts-recorded.v1")]
    internal sealed record MisshapenFacts
    {
        public required List<object> Resources { get; init; }
    }

    /// <summary>Dies at once, with a text that quotes everything; the host itself logs it.</summary>
    private sealed class DyingWorker : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new FormatException(Canary.Quote);
        }
    }

    /// <summary>
    /// A server that refuses every write, every read and most searches, and says whose and why wherever it can, in places where there should be a code too.
    /// </summary>
    private sealed class GrumpyServer : IAsyncDisposable
    {
        private readonly WebApplication app;

        private GrumpyServer(WebApplication app) => this.app = app;

        public string Url => app.Urls.Single() + "/fhir";

        public static async Task<GrumpyServer> OpenAsync()
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration["urls"] = "http://127.0.0.1:0";
            var server = builder.Build();
            foreach (var type in new[] { "Flag", "CarePlan", "Provenance", "Subscription" })
                server.MapGet("/fhir/" + type, () => Results.Text("""{"resourceType":"Bundle","type":"searchset","entry":[]}""", "application/fhir+json"));
            server.MapFallback(() => Results.Text(Outcome(), "application/fhir+json", statusCode: 422));
            await server.StartAsync();
            return new GrumpyServer(server);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private static string Outcome() => new JsonObject
        {
            ["resourceType"] = "OperationOutcome",
            ["issue"] = new JsonArray(new JsonObject
            {
                ["severity"] = "error",
                ["code"] = Canary.Family.ToLowerInvariant(),
                ["diagnostics"] = Canary.Quote,
                ["details"] = new JsonObject { ["text"] = Canary.Quote },
                ["expression"] = new JsonArray(Canary.Family),
            }),
        }.ToJsonString();
    }
}
