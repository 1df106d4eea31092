using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>The read-only FHIR R4 facade for engines that poll: what stands for each patient, as the product would write it into a charting system.</summary>
internal static class FhirRoutes
{
    public static readonly IReadOnlyList<string> Types = ["Flag", "CarePlan"];

    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];
    private static readonly FhirIssue LoginNeeded = new(StatusCodes.Status401Unauthorized, "login", "A bearer secret is needed.");

    public static void MapFhir(this IEndpointRouteBuilder routes, CartOptions options)
    {
        routes.MapMethods("/fhir/metadata", ReadMethods, (HttpRequest request) =>
            FhirFormat.Check(request) is { } issue ? FhirResult.Refuse(issue) : FhirResult.Ok(CapabilityStatement.Of(options)));

        var closed = routes.MapGroup("/fhir").AddEndpointFilter(async (context, next) =>
            FhirFormat.Check(context.HttpContext.Request) is { } issue ? FhirResult.Refuse(issue) : await next(context));
        foreach (var type in Types)
        {
            closed.MapMethods(
                "/" + type, ReadMethods,
                (HttpRequest request, GatewayStore store, CancellationToken cancel) => SearchAsync(type, request, store, options, cancel))
                .RequireApiSecret(options, LoginRefusal);
            closed.MapMethods(
                $"/{type}/{{id}}", ReadMethods,
                (string id, HttpRequest request, GatewayStore store, CancellationToken cancel) => ReadAsync(type, id, request, store, cancel))
                .RequireApiSecret(options, LoginRefusal);
        }
        closed.MapMethods("/Patient/{id}/$assessment", ReadMethods, AssessmentOperation.HandleAsync).RequireApiSecret(options, LoginRefusal);
        closed.MapFallback("/{**rest}", Unknown).RequireApiSecret(options, LoginRefusal);
    }

    private static IResult LoginRefusal() => FhirResult.Refuse(LoginNeeded);

    private static async Task<IResult> SearchAsync(string type, HttpRequest request, GatewayStore store, CartOptions options, CancellationToken cancel)
    {
        if (SearchQuery.Parse(type, request.Query, out var query) is { } issue) return FhirResult.Refuse(issue);
        if (PublicAddress.FhirBase(request, options) is not { } fhirBase) return FhirResult.Refuse(PublicAddress.NotConfigured);
        if (query is { PatientIds: { } patients, Namespace: null } && await store.NamespacesOfAsync(patients, cancel) is { Count: > 1 })
            return FhirResult.Refuse(AssessmentOperation.SeveralNamespaces);
        return FhirResult.Ok(SearchBundle.Of(query!, await store.SearchAsync(query!, cancel), fhirBase));
    }

    private static async Task<IResult> ReadAsync(string type, string id, HttpRequest request, GatewayStore store, CancellationToken cancel) =>
        await store.ReadAsync(type, id, cancel) is { } resource
            ? FhirResult.Read(resource, request)
            : FhirResult.Refuse(FhirIssue.NotFound("There is no such resource here."));

    private static FhirResult Unknown(HttpRequest request)
    {
        var type = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
        if (!Types.Contains(type) || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return FhirResult.Refuse(new FhirIssue(StatusCodes.Status404NotFound, "not-supported", "This server has no such route; see /fhir/metadata."));
        request.HttpContext.Response.Headers.Allow = "GET, HEAD";
        return FhirResult.Refuse(new FhirIssue(StatusCodes.Status405MethodNotAllowed, "not-supported", "This server is read-only."));
    }
}
