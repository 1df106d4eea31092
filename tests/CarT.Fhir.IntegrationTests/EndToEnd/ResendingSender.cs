using System.Net;
using System.Text.Json.Nodes;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>An EHR's own sender: every change once and in order, and again, from the oldest on, while it has no 200.</summary>
internal sealed class ResendingSender(Hospital hospital, IEnumerable<JsonObject> changes)
{
    private readonly Queue<JsonObject> unanswered = new(changes);

    public int Unanswered => unanswered.Count;

    /// <summary>Sends until everything is acknowledged or the receiver is gone.</summary>
    public async Task SendAsync(CartProcess receiver)
    {
        while (unanswered.TryPeek(out var change))
        {
            if (!await IsAcknowledgedAsync(receiver, change)) return;
            unanswered.Dequeue();
        }
    }

    private async Task<bool> IsAcknowledgedAsync(CartProcess receiver, JsonObject change)
    {
        var (type, id) = (Hospital.Text(change["resourceType"])!, Hospital.Text(change["id"])!);
        // It stands in the EHR before anybody hears of it; sending it again makes no new version.
        var standing = hospital.Ehr.Read(type, id) ?? hospital.Ehr.Put(change).ToJson();
        try
        {
            using var answer = await receiver.SendAsync(HttpMethod.Put, $"/fhir/hook/main/{type}/{id}", standing.ToJsonString(), CartProcess.HookSecret);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
