using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Listener.Hook;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Input;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>Sends the bytes of one document through every reader and says what is wrong: nothing may throw, and nothing may say what the bytes do not.</summary>
internal static class FuzzOracles
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 600 };
    private static readonly Uri Ehr = new("https://ehr.example.org/fhir/");
    private static readonly string?[] Channels = [null, HookChannel.PubSub, HookChannel.EventGrid];
    private static readonly Dictionary<string, string> NoFullUrls = [];

    private static readonly ReadContext Context = new()
    {
        Namespace = "main",
        BaseUrls = ["https://ehr.example.org/fhir"],
        DoseEvidence = new HashSet<string>(StringComparer.Ordinal) { "MedicationAdministration", "MedicationStatement", "MedicationDispense" },
    };

    internal static IReadOnlyList<string> Problems(byte[] bytes) =>
        [.. Guarded("read", () => Read(bytes)), .. Guarded("input", () => Input(bytes)), .. Guarded("notification", () => Notifications(bytes))];

    private static IReadOnlyList<string> Guarded(string what, Func<IEnumerable<string>> check)
    {
        try
        {
            return [.. check().Select(problem => $"{what}: {problem}")];
        }
        catch (Exception e)
        {
            return [$"{what}: {e}"];
        }
    }

    private static IEnumerable<string> Read(ReadOnlyMemory<byte> bytes)
    {
        var read = FhirJson.Read(bytes);
        var version = FactReader.Read(bytes, Context);
        if (read.Header != FhirJsonScan.Scan(bytes).Header) yield return "two scans differ";
        if (FhirJsonScan.Scan(bytes).Problem is not null)
        {
            if (FactsOf(version) > 0) yield return "facts from bytes that the scan refuses";
            yield break;
        }
        if (ContentHash.Of(ContentHash.Canonical(bytes)) != version.ContentHash) yield return "the canonical form has another hash";
        using var sent = JsonDocument.Parse(FhirJsonScan.WithoutMark(bytes), Deep);
        if (read is { Problem: null, Resource: { } resource })
        {
            using var written = JsonDocument.Parse(FhirJson.Write(resource), Deep);
            foreach (var difference in WrittenOracle.Differences(sent.RootElement, written.RootElement)) yield return difference;
        }
        foreach (var difference in FactOracle.Differences(new Raw(sent.RootElement), version, NoFullUrls, _ => default)) yield return difference;
    }

    /// <summary>What the command line reads: each version must follow from one of the resources of that name in the input.</summary>
    private static IEnumerable<string> Input(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        var result = InputReader.Read(["-"], stream, Context);
        var telling = result.Versions.Where(version => FactsOf(version) > 0).ToList();
        if (telling.Count == 0) yield break;
        using var input = StatedInput.Of(bytes);
        if (input is null)
        {
            yield return "facts from what is neither JSON nor lines of it";
            yield break;
        }
        foreach (var version in telling)
        {
            var problems = input.Named(version.Resource)
                .Select(resource => FactOracle.Differences(resource.Content, version, resource.FullUrls, input.Behind)).ToList();
            if (problems.Count == 0) yield return $"no {version.Resource.Type} of that name";
            else if (problems.TrueForAll(differences => differences.Count > 0)) yield return problems[0][0];
        }
    }

    private static IEnumerable<string> Notifications(byte[] bytes)
    {
        foreach (var channel in Channels)
        {
            var hasPassed = BodyCheck.Look(bytes, channel).Problem is null;
            var notification = Notification(bytes, channel);
            if (!hasPassed || notification is null) continue;
            foreach (var problem in notification.Items.OfType<NotificationItem.Content>().SelectMany(item => OfContent(item.Json))) yield return problem;
        }
    }

    /// <summary>Null for what is no JSON, which is the one exception that is promised: half of a surrogate pair can be found as late as here, and the row is then refused.</summary>
    private static Notification? Notification(byte[] bytes, string? channel)
    {
        try
        {
            return NotificationReader.Read(new HookRequest("POST", bytes) { Channel = channel }, Ehr, 50);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> OfContent(ReadOnlyMemory<byte> json)
    {
        var version = FactReader.Read(json, Context);
        if (FactsOf(version) == 0) return [];
        using var sent = JsonDocument.Parse(FhirJsonScan.WithoutMark(json), Deep);
        return [.. FactOracle.Differences(new Raw(sent.RootElement), version, NoFullUrls, _ => default)];
    }

    private static int FactsOf(ResourceVersion version) => version.CellCounts.Count + version.Chemistry.Count + version.PlateletClumps.Count + version.DrugsGiven.Count
        + version.DrugStatements.Count + version.Transfusions.Count + version.Infusions.Count + version.PatientStatuses.Count;

    /// <summary>How many facts a document gives, so that a run can tell that it tests something.</summary>
    internal static int Facts(byte[] bytes) => FactsOf(FactReader.Read(bytes, Context));
}
