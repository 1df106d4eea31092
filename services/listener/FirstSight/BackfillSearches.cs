using System.Globalization;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Subscriptions;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.FirstSight;

/// <summary>The searches that give the history of one patient: what is subscribed to at the source, for this patient. Pure.</summary>
internal static class BackfillSearches
{
    // Results and doses are many. Procedures and courses of tablets are few, and an earlier infusion or an open course may lie before any day.
    private static readonly Dictionary<string, string> TimeParameters = new(StringComparer.Ordinal)
    {
        ["Observation"] = "date",
        ["MedicationAdministration"] = "effective-time",
    };

    /// <param name="source">The source that is asked.</param>
    /// <param name="patientId">Id of the patient there.</param>
    /// <param name="since">The first day whose results and doses are wanted.</param>
    public static IReadOnlyList<BackfillSearch> Of(Source source, string patientId, DateOnly since)
    {
        var id = FhirClient.SearchValue(patientId);
        var criteria = source.Options.Subscription.Criteria is { Count: > 0 } own ? own : SubscriptionDraft.DefaultCriteria(source.Reading.Codes);
        return
        [
            new BackfillSearch("Patient", "Patient?_id=" + id),
            .. criteria.Select(text => Split(text)).Where(split => split.Type != "Patient").Select(split => OfPatient(split.Type, split.Query, id, since)),
        ];
    }

    private static BackfillSearch OfPatient(string type, string query, string id, DateOnly since)
    {
        var search = $"{type}?{(query.Length > 0 ? query + "&" : "")}patient={id}";
        if (TimeParameters.TryGetValue(type, out var time)) search += $"&{time}=ge{since.ToString("O", CultureInfo.InvariantCulture)}";
        return new BackfillSearch(type, search);
    }

    private static (string Type, string Query) Split(string criteria)
    {
        var parts = criteria.Split('?', 2);
        return (parts[0], parts.Length > 1 ? parts[1].Trim('&') : "");
    }
}

/// <summary>One search, relative to the base of the source.</summary>
internal sealed record BackfillSearch(string Type, string Text);
