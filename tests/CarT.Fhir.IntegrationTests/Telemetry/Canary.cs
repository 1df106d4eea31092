using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>Marked data of one patient: whatever of it is found where it must not be has leaked.</summary>
internal static class Canary
{
    public const string Family = "Zyxcanary";
    public const string Given = "Qwocanary";
    public const string BirthDate = "1957-03-19";
    public const string RecordNumber = "MRN-5529017";
    public const string Narrative = "Narrcanary";
    public const string Note = "Notecanary";
    public const string Patient = "pat-canary-1";
    public const string ResultPrefix = "obs-canary-";
    public const string Unit = "zyxunit";

    private const decimal Digits = 0.71331337m;
    public const string Credential = "wrong-canary-credential";
    public const string TargetToken = "canary-target-token";

    /// <summary>Who the patient is. Found nowhere at all, messages included.</summary>
    public static IReadOnlyList<string> Identity { get; } = [Family, Given, BirthDate, RecordNumber, Narrative, Note];

    /// <summary>Ids and values. Messages carry them, since they are the facts; nothing else does.</summary>
    public static IReadOnlyList<string> Facts { get; } = [Patient, ResultPrefix, Unit, ".71331337", "713.31337", "71331337"];

    public static IReadOnlyList<string> Credentials { get; } = [Credential, TargetToken, CartProcess.HookSecret, CartInProcess.ApiSecret];

    public static IReadOnlyList<string> All { get; } = [.. Identity, .. Facts, .. Credentials];

    /// <summary>The text of an exception that quotes what it choked on.</summary>
    public static string Quote => $"cannot take {Family}, born {BirthDate}, {RecordNumber}: Observation/{ResultPrefix}1 of Patient/{Patient} is {Value(7)} {Unit}";

    /// <summary>Platelets as charted, in 10*9/L; as they are used, in /uL, the digits are the same.</summary>
    public static decimal Value(int whole) => whole + Digits;

    public static JsonObject PatientResource() => Json($$"""
        {"resourceType":"Patient","id":"{{Patient}}","birthDate":"{{BirthDate}}","name":[{"family":"{{Family}}","given":["{{Given}}"],"text":"{{Given}} {{Family}}"}],
         "identifier":[{"system":"urn:oid:1.2.3","value":"{{RecordNumber}}"}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{{Narrative}}</div>"} }
        """);

    /// <param name="number">Of the result.</param>
    /// <param name="at">When.</param>
    /// <param name="whole">The value but for its marked digits.</param>
    public static JsonObject Platelets(int number, DateTimeOffset at, int whole = 7)
    {
        var count = Clinical.Platelets(Patient, ResultPrefix + number, at, Value(whole));
        count["note"] = JsonNode.Parse($$"""[{"text":"{{Note}}"}]""");
        count["text"] = JsonNode.Parse($$"""{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{{Narrative}} {{Family}}</div>"}""");
        count["subject"]!["display"] = Family;
        count["performer"] = JsonNode.Parse($$"""[{"display":"{{Given}}"}]""");
        return count;
    }

    /// <summary>Fails with every mark that the text holds.</summary>
    public static void AssertNone(IEnumerable<string> marks, string text, string where)
    {
        var found = marks.Where(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.True(found.Count == 0, $"{where} holds {string.Join(", ", found)}: {text}");
    }

    /// <summary>The same of bytes, where a number may stand as one.</summary>
    public static void AssertNone(byte[] bytes, string where)
    {
        AssertNone(All, Encoding.Latin1.GetString(bytes), where);
        foreach (var number in Enumerable.Range(0, 10).SelectMany(whole => new[] { (double)Value(whole), (double)(Value(whole) * 1000) }))
            Assert.True(bytes.AsSpan().IndexOf(BitConverter.GetBytes(number)) < 0, $"{where} holds {number.ToString(CultureInfo.InvariantCulture)}");
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}

/// <summary>Everything that is logged at whatever level, with state, scopes and exception.</summary>
internal sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
        // It outlives the host.
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => capture.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new StringBuilder($"{logLevel} {category} {formatter(state, exception)} {exception}");
            if (state is IEnumerable<KeyValuePair<string, object?>> values) line.AppendJoin(' ', values.Select(value => $"{value.Key}={value.Value}"));
            capture.scopes.ForEachScope((scope, text) => text.Append(" scope: ").Append(scope), line);
            capture.Lines.Enqueue(line.ToString());
        }
    }
}
