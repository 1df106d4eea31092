using System.Net;
using System.Text;
using CarT.Fhir.Simulator.Server.Search;
using CarT.Fhir.Simulator.Server.Store;
using CarT.Fhir.Simulator.Subscriptions;

namespace CarT.Fhir.Simulator.Server;

/// <summary>The RESTful API of R4 (http.html) as one function from request to answer. Every refusal is an OperationOutcome.</summary>
internal sealed class Interactions
{
    private readonly SimulatedEhrOptions options;
    private readonly Reads reads;
    private readonly Writes writes;
    private readonly Transactions transactions;
    private readonly SubscriptionOperations subscriptions;

    public Interactions(ResourceStore store, SubscriptionHub hub, SimulatedEhrOptions options)
    {
        this.options = options;
        reads = new Reads(store, options);
        writes = new Writes(store);
        transactions = new Transactions(store, writes, Answer);
        subscriptions = new SubscriptionOperations(hub);
    }

    public FhirAnswer Answer(FhirRequest request)
    {
        try
        {
            return options.Intercept?.Invoke(request) ?? Dispatch(request);
        }
        catch (FhirProblemException problem)
        {
            return problem.Answer;
        }
    }

    private FhirAnswer Dispatch(FhirRequest request)
    {
        var path = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path is [] && request.Method == "POST") return transactions.Run(request);
        if (path is ["metadata"] && request.Method is "GET" or "HEAD") return new FhirAnswer((int)HttpStatusCode.OK, Capability.Statement(request.BaseUrl, options));
        if (path is [var type, ..] && !SearchParameters.IsKnown(type))
            throw new FhirProblemException(HttpStatusCode.NotFound, "not-supported", "The address names no resource type of this server");
        return (request.Method, path) switch
        {
            ("GET" or "HEAD", ["Subscription", var id, "$status"]) => subscriptions.Status(request, id),
            ("GET" or "HEAD", ["Subscription", var id, "$events"]) => subscriptions.Events(request, id),
            ("GET" or "HEAD", [var t]) => reads.Search(request, t),
            ("POST", [var t, "_search"]) => reads.Search(request with { Query = Encoding.UTF8.GetString(request.Body.Span) }, t),
            ("GET" or "HEAD", [var t, "_history"]) => Continues(request) ? reads.Search(request, t) : reads.HistoryOfType(request, t),
            ("GET" or "HEAD", [var t, var id]) => reads.Read(request, t, id),
            ("GET" or "HEAD", [var t, var id, "_history"]) => Continues(request) ? reads.Search(request, t) : reads.HistoryOfInstance(request, t, id),
            ("GET" or "HEAD", [var t, var id, "_history", var version]) => reads.ReadVersion(t, id, version),
            ("POST", [var t]) => writes.Create(request, t),
            ("PUT", [var t]) => writes.UpdateWhere(request, t),
            ("PUT", [var t, var id]) => writes.Update(request, t, id),
            ("DELETE", [var t, var id]) => writes.Delete(request, t, id),
            _ => throw new FhirProblemException(HttpStatusCode.MethodNotAllowed, "not-supported", "This interaction is not supported"),
        };
    }

    private static bool Continues(FhirRequest request) => request.Query.StartsWith("_page=", StringComparison.Ordinal);
}
