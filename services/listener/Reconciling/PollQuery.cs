using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Subscriptions;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>One question that is asked again and again, with a watermark of its own.</summary>
/// <param name="Key">Stable name: the criteria as subscribed to, or <c>{type}/_history</c>.</param>
internal readonly record struct PollQuery(string Key)
{
    private const string History = "/_history";

    public string Type => TypeOf(Key);

    public bool IsHistory => Key.EndsWith(History, StringComparison.Ordinal);

    public static string TypeOf(string key) => key.Split('?', '/')[0];

    /// <summary>What a source is asked for: what is subscribed to there, or would be.</summary>
    public static IReadOnlyList<PollQuery> CriteriaOf(Source source) =>
        [.. SubscriptionDraft.CriteriaOf(source).Distinct(StringComparer.Ordinal).Select(criteria => new PollQuery(criteria))];

    /// <summary>The deletes of a type.</summary>
    public static PollQuery DeletesOf(string type) => new(type + History);

    /// <summary>What the criteria finds of one patient.</summary>
    /// <param name="patient">Logical id.</param>
    /// <param name="pageSize">Results on a page.</param>
    public string OfPatient(string patient, int pageSize)
    {
        var joint = Key.EndsWith('?') ? "" : Key.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        return $"{Key}{joint}{(Type == "Patient" ? "_id" : "patient")}={FhirClient.SearchValue(patient)}&_count={pageSize}";
    }
}
