using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Gateway.ReadModel;
using Microsoft.Net.Http.Headers;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>An answer of the FHIR routes. Nothing on the way may keep it: it is about a patient.</summary>
internal sealed class FhirResult(int status, string contentType, ReadOnlyMemory<byte> body) : IResult
{
    public const string FhirJsonType = "application/fhir+json; charset=utf-8";

    private string? etag;
    private DateTimeOffset? lastModified;

    public static FhirResult Ok(JsonObject resource) => new(StatusCodes.Status200OK, FhirJsonType, Bytes(resource));

    public static FhirResult Refuse(FhirIssue issue)
    {
        var one = new JsonObject { ["severity"] = "error", ["code"] = issue.Code, ["details"] = new JsonObject { ["text"] = issue.Text } };
        if (issue.Expression is not null) one["expression"] = new JsonArray(issue.Expression);
        return new FhirResult(issue.Status, FhirJsonType, Bytes(new JsonObject { ["resourceType"] = "OperationOutcome", ["issue"] = new JsonArray(one) }));
    }

    /// <summary>A stored resource, or 304 when the client has this version.</summary>
    public static FhirResult Read(StoredResource resource, HttpRequest request) =>
        Versioned(FhirJsonType, Encoding.UTF8.GetBytes(resource.Body), resource.Version, request).At(resource.LastUpdated);

    /// <summary>A body with a version, or 304 when the client has this version.</summary>
    public static FhirResult Versioned(string contentType, ReadOnlyMemory<byte> body, long version, HttpRequest request)
    {
        var current = string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");
        var answer = HasVersion(request, current) ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
        return new FhirResult(answer, contentType, body) { etag = current };
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept";
        if (etag is not null) response.Headers.ETag = etag;
        if (lastModified is { } time) response.GetTypedHeaders().LastModified = time;
        if (status == StatusCodes.Status304NotModified) return;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    private FhirResult At(DateTimeOffset time)
    {
        lastModified = time;
        return this;
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, CartJson.Options);

    // RFC 9110: If-None-Match compares weakly.
    private static bool HasVersion(HttpRequest request, string etag) =>
        request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } known
        && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(EntityTagHeaderValue.Parse(etag), useStrongComparison: false));
}
