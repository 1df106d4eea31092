using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>A collector on loopback: takes what is exported over OTLP, by HTTP or by gRPC, and keeps it as it came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcPrefixBytes = 5;
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> requests = new();

    private OtlpReceiver(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    /// <summary>Every body that came, whatever it is about.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. requests.Select(request => request.Body)];

    public IReadOnlyList<OtlpSpan> Spans => [.. Of("traces", "TraceService").SelectMany(OtlpSpan.ReadAll)];

    public IReadOnlyList<OtlpMetric> Metrics => [.. Of("metrics", "MetricsService").SelectMany(OtlpMetric.ReadAll)];

    public IReadOnlyList<OtlpLog> Logs => [.. Of("logs", "LogsService").SelectMany(OtlpLog.ReadAll)];

    /// <param name="overGrpc">Speaks gRPC; else OTLP over HTTP.</param>
    public static async Task<OtlpReceiver> OpenAsync(bool overGrpc = false)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = overGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.MapPost("/{**path}", receiver.TakeAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var isGrpc = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        requests.Enqueue((context.Request.Path.Value!, isGrpc ? body.ToArray()[GrpcPrefixBytes..] : body.ToArray()));
        if (!isGrpc) return;
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[GrpcPrefixBytes]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private IEnumerable<byte[]> Of(string signal, string service) => requests
        .Where(request => request.Path == "/v1/" + signal || request.Path.EndsWith($".{service}/Export", StringComparison.Ordinal)).Select(request => request.Body);
}

/// <summary>A span as it was exported (opentelemetry.proto.trace.v1). Ids in hex; <see cref="Parent"/> is empty for the first of a trace.</summary>
internal sealed record OtlpSpan(string Scope, string Name, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Tags)
{
    public static IEnumerable<OtlpSpan> ReadAll(byte[] request) =>
        from scope in Proto.Read(request).Where(field => field.Number == 1).SelectMany(resource => Proto.Read(resource.Bytes)).Where(field => field.Number == 2)
        let fields = Proto.Read(scope.Bytes)
        let name = Proto.Text(fields.Where(field => field.Number == 1).SelectMany(named => Proto.Read(named.Bytes)), 1)
        from span in fields.Where(field => field.Number == 2)
        select Read(name, Proto.Read(span.Bytes));

    private static OtlpSpan Read(string scope, IReadOnlyList<ProtoField> span) =>
        new(scope, Proto.Text(span, 5), Proto.Hex(span, 1), Proto.Hex(span, 2), Proto.Hex(span, 4), Proto.Attributes(span, 9));
}

/// <summary>A metric as it was exported (opentelemetry.proto.metrics.v1).</summary>
internal sealed record OtlpMetric(string Name, string Unit, IReadOnlyList<IReadOnlyDictionary<string, string>> Points)
{
    public static IEnumerable<OtlpMetric> ReadAll(byte[] request) =>
        from scope in Proto.Read(request).Where(field => field.Number == 1).SelectMany(resource => Proto.Read(resource.Bytes)).Where(field => field.Number == 2)
        from metric in Proto.Read(scope.Bytes).Where(field => field.Number == 2)
        select Read(Proto.Read(metric.Bytes));

    // Gauge, sum and histogram; the attributes of a point are field 7, in a histogram 9.
    private static OtlpMetric Read(IReadOnlyList<ProtoField> metric) => new(
        Proto.Text(metric, 1),
        Proto.Text(metric, 3),
        [.. from data in metric.Where(field => field.Number is 5 or 7 or 9)
            from point in Proto.Read(data.Bytes).Where(field => field.Number == 1)
            select Proto.Attributes(Proto.Read(point.Bytes), data.Number == 9 ? 9 : 7)]);
}

/// <summary>A log line as it was exported (opentelemetry.proto.logs.v1), with the attributes of its resource.</summary>
internal sealed record OtlpLog(string Text, IReadOnlyDictionary<string, string> Resource)
{
    public static IEnumerable<OtlpLog> ReadAll(byte[] request) =>
        from resource in Proto.Read(request).Where(field => field.Number == 1)
        let fields = Proto.Read(resource.Bytes)
        let attributes = Proto.Attributes([.. fields.Where(field => field.Number == 1).SelectMany(field => Proto.Read(field.Bytes))], 1)
        from scope in fields.Where(field => field.Number == 2)
        from line in Proto.Read(scope.Bytes).Where(field => field.Number == 2)
        select new OtlpLog(Proto.Value(Proto.Read(line.Bytes).Where(field => field.Number == 5).Select(field => field.Bytes).FirstOrDefault() ?? []), attributes);
}

/// <summary>A field of a protobuf message.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Varint">Its value when it is a number.</param>
/// <param name="Bytes">Its bytes otherwise.</param>
internal sealed record ProtoField(int Number, ulong Varint, byte[] Bytes);

/// <summary>As much of protobuf as is needed to read what is exported.</summary>
internal static class Proto
{
    public static IReadOnlyList<ProtoField> Read(byte[] message)
    {
        var fields = new List<ProtoField>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var number = (int)(tag >> 3);
            var (varint, length) = (tag & 7) switch
            {
                0 => (Varint(message, ref at), 0),
                1 => (0UL, 8),
                2 => (0UL, (int)Varint(message, ref at)),
                5 => (0UL, 4),
                _ => throw new InvalidDataException("not protobuf"),
            };
            fields.Add(new ProtoField(number, varint, message[at..(at + length)]));
            at += length;
        }
        return fields;
    }

    public static string Text(IEnumerable<ProtoField> fields, int number) =>
        Encoding.UTF8.GetString(fields.FirstOrDefault(field => field.Number == number)?.Bytes ?? []);

    public static string Hex(IEnumerable<ProtoField> fields, int number) =>
        Convert.ToHexStringLower(fields.FirstOrDefault(field => field.Number == number)?.Bytes ?? []);

    public static IReadOnlyDictionary<string, string> Attributes(IReadOnlyList<ProtoField> fields, int number) =>
        fields.Where(field => field.Number == number).Select(field => Read(field.Bytes))
            .ToDictionary(pair => Text(pair, 1), pair => Value(pair.Where(field => field.Number == 2).Select(field => field.Bytes).FirstOrDefault() ?? []));

    /// <summary>An AnyValue: text, or a number as text.</summary>
    public static string Value(byte[] any) => Read(any) switch
    {
        [{ Number: 1 } text, ..] => Encoding.UTF8.GetString(text.Bytes),
        [{ Number: 4 } real, ..] => BitConverter.ToDouble(real.Bytes).ToString(CultureInfo.InvariantCulture),
        [var number, ..] => number.Varint.ToString(CultureInfo.InvariantCulture),
        [] => "",
    };

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
