using System.Text.Json;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>What each source that has spoken of a patient provides (P1.7), as stored in the patient's row. The newest word of a source counts.</summary>
internal static class PatientSources
{
    public static SortedDictionary<string, IReadOnlyList<string>> Read(string json) =>
        JsonSerializer.Deserialize<SortedDictionary<string, IReadOnlyList<string>>>(json, CartJson.Options)!;

    /// <summary>The JSON with this source in it; the same text when nothing is new.</summary>
    public static string With(string json, string source, IReadOnlyList<string> provides)
    {
        var sources = Read(json);
        sources[source] = [.. provides.Distinct().Order(StringComparer.Ordinal)];
        return JsonSerializer.Serialize(sources, CartJson.Options);
    }
}
