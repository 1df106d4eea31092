using System.Globalization;
using System.Net;
using CarT.Fhir.Simulator.Server;
using Microsoft.AspNetCore.WebUtilities;

namespace CarT.Fhir.Simulator.Subscriptions;

/// <summary>The operations <c>$status</c> and <c>$events</c> of topic-based subscriptions.</summary>
internal sealed class SubscriptionOperations(SubscriptionHub hub)
{
    public FhirAnswer Status(FhirRequest request, string id) =>
        new((int)HttpStatusCode.OK, Json.Bytes(NotificationBundle.StatusAnswer(Find(id).State, request.BaseUrl, hub.Now)));

    /// <summary>Events by number, both bounds inclusive, with the payload content asked for (never more than the subscription allows).</summary>
    public FhirAnswer Events(FhirRequest request, string id)
    {
        var subscription = Find(id);
        var parameters = QueryHelpers.ParseQuery(request.Query);
        long Bound(string name, long otherwise) =>
            parameters.TryGetValue(name, out var text)
                ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw FhirProblemException.Invalid($"{name} is not a number")
                : otherwise;
        var events = subscription.Events(Bound("eventsSinceNumber", 0), Bound("eventsUntilNumber", long.MaxValue));
        var state = subscription.State;
        if (parameters.TryGetValue("content", out var content)) state = state with { Definition = state.Definition with { Content = Least(content.ToString(), state.Definition.Content) } };
        return new FhirAnswer((int)HttpStatusCode.OK, Json.Bytes(NotificationBundle.Create("query-event", state, events, request.BaseUrl, hub.Now)));
    }

    private ActiveSubscription Find(string id) =>
        hub.Find(id) is { Definition.Topic: not null } subscription ? subscription : throw FhirProblemException.NotFound($"Topic subscription {id}");

    private static PayloadContent Least(string asked, PayloadContent allowed)
    {
        var content = asked switch
        {
            "full-resource" => PayloadContent.FullResource,
            "id-only" => PayloadContent.IdOnly,
            _ => PayloadContent.Empty,
        };
        return content < allowed ? content : allowed;
    }
}
