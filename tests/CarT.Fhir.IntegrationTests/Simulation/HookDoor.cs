using CarT.Fhir.Listener.Hook;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>A notification on its way to the hook.</summary>
/// <param name="Number">Its place among all.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path of the hook.</param>
/// <param name="Body">As sent; empty for a ping.</param>
/// <param name="About">The version it tells of, <c>Observation/1/2</c>.</param>
internal sealed record Push(long Number, string Method, string Path, byte[] Body, string About)
{
    /// <summary>How often it was sent before.</summary>
    public int Attempts { get; init; }
}

/// <summary>The routes of the hook, called in process: the same handlers, binding and answers as over HTTP.</summary>
internal sealed class HookDoor : IEndpointRouteBuilder
{
    private readonly Lazy<List<RouteEndpoint>> endpoints;

    public HookDoor(IServiceProvider services)
    {
        ServiceProvider = services;
        endpoints = new Lazy<List<RouteEndpoint>>(() =>
        {
            services.GetRequiredService<HookEndpoints>().Map(this);
            return [.. DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().OrderBy(endpoint => endpoint.RoutePattern.InboundPrecedence)];
        });
    }

    public IServiceProvider ServiceProvider { get; }

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(ServiceProvider);

    /// <summary>Hands a notification over and returns the status of the answer.</summary>
    public async Task<int> TakeAsync(Push push, string secret)
    {
        var context = new DefaultHttpContext { RequestServices = ServiceProvider };
        context.Request.Method = push.Method;
        context.Request.Path = push.Path;
        context.Request.Headers.Authorization = "Bearer " + secret;
        if (push.Body.Length > 0) context.Request.ContentType = "application/fhir+json";
        context.Request.ContentLength = push.Body.Length;
        context.Request.Body = new MemoryStream(push.Body);
        context.Response.Body = new MemoryStream();
        await Find(context.Request).RequestDelegate!(context);
        return context.Response.StatusCode;
    }

    private RouteEndpoint Find(HttpRequest request)
    {
        foreach (var endpoint in endpoints.Value)
        {
            var values = new RouteValueDictionary();
            var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods;
            if (methods is not null && !methods.Contains(request.Method)) continue;
            if (!new TemplateMatcher(TemplateParser.Parse(endpoint.RoutePattern.RawText!.TrimStart('/')), []).TryMatch(request.Path, values)) continue;
            foreach (var (name, value) in values) request.RouteValues[name] = value;
            return endpoint;
        }
        throw new InvalidOperationException("The hook has no route for " + request.Method + " " + request.Path);
    }
}
