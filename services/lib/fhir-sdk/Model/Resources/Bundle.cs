using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A container of resources: search result, history, transaction, notification.</summary>
public class Bundle : Resource
{
    public override string TypeName => "Bundle";

    [FhirElement("identifier")] public Identifier? Identifier { get; set; }
    [FhirElement("type")] public Code<BundleType>? TypeElement { get; set; }
    public BundleType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    [FhirElement("timestamp")] public Instant? TimestampElement { get; set; }
    public DateTimeOffset? Timestamp { get => TimestampElement?.Value; set => TimestampElement = value is null ? null : new(value); }
    [FhirElement("total")] public UnsignedInt? TotalElement { get; set; }
    public int? Total { get => TotalElement?.Value; set => TotalElement = value is null ? null : new(value); }
    [FhirElement("link")] public List<LinkComponent> Link { get => field ??= []; set; }
    [FhirElement("entry")] public List<EntryComponent> Entry { get => field ??= []; set; }
    [FhirElement("signature")] public Signature? Signature { get; set; }

    /// <summary>A link of the bundle, e.g. next page.</summary>
    public class LinkComponent : BackboneElement
    {
        public override string TypeName => "Bundle#Link";

        [FhirElement("relation")] public FhirString? RelationElement { get; set; }
        public string? Relation { get => RelationElement?.Value; set => RelationElement = value is null ? null : new(value); }
        [FhirElement("url")] public FhirUri? UrlElement { get; set; }
        public string? Url { get => UrlElement?.Value; set => UrlElement = value is null ? null : new(value); }
    }

    /// <summary>One entry.</summary>
    public class EntryComponent : BackboneElement
    {
        public override string TypeName => "Bundle#Entry";

        [FhirElement("link")] public List<LinkComponent> Link { get => field ??= []; set; }
        [FhirElement("fullUrl")] public FhirUri? FullUrlElement { get; set; }
        public string? FullUrl { get => FullUrlElement?.Value; set => FullUrlElement = value is null ? null : new(value); }
        [FhirElement("resource")] public Resource? Resource { get; set; }
        [FhirElement("search")] public SearchComponent? Search { get; set; }
        [FhirElement("request")] public RequestComponent? Request { get; set; }
        [FhirElement("response")] public ResponseComponent? Response { get; set; }
    }

    /// <summary>Why the entry is in a search result.</summary>
    public class SearchComponent : BackboneElement
    {
        public override string TypeName => "Bundle#Search";

        [FhirElement("mode")] public Code<SearchEntryMode>? ModeElement { get; set; }
        public SearchEntryMode? Mode { get => ModeElement?.Value; set => ModeElement = value is null ? null : new(value); }
        [FhirElement("score")] public FhirDecimal? ScoreElement { get; set; }
        public decimal? Score { get => ScoreElement?.Value; set => ScoreElement = value is null ? null : new(value); }
    }

    /// <summary>What is to be done, or was done, with the entry.</summary>
    public class RequestComponent : BackboneElement
    {
        public override string TypeName => "Bundle#Request";

        [FhirElement("method")] public Code<HTTPVerb>? MethodElement { get; set; }
        public HTTPVerb? Method { get => MethodElement?.Value; set => MethodElement = value is null ? null : new(value); }
        [FhirElement("url")] public FhirUri? UrlElement { get; set; }
        public string? Url { get => UrlElement?.Value; set => UrlElement = value is null ? null : new(value); }
        [FhirElement("ifNoneMatch")] public FhirString? IfNoneMatchElement { get; set; }
        public string? IfNoneMatch { get => IfNoneMatchElement?.Value; set => IfNoneMatchElement = value is null ? null : new(value); }
        [FhirElement("ifModifiedSince")] public Instant? IfModifiedSinceElement { get; set; }
        public DateTimeOffset? IfModifiedSince { get => IfModifiedSinceElement?.Value; set => IfModifiedSinceElement = value is null ? null : new(value); }
        [FhirElement("ifMatch")] public FhirString? IfMatchElement { get; set; }
        public string? IfMatch { get => IfMatchElement?.Value; set => IfMatchElement = value is null ? null : new(value); }
        [FhirElement("ifNoneExist")] public FhirString? IfNoneExistElement { get; set; }
        public string? IfNoneExist { get => IfNoneExistElement?.Value; set => IfNoneExistElement = value is null ? null : new(value); }
    }

    /// <summary>What came of the request.</summary>
    public class ResponseComponent : BackboneElement
    {
        public override string TypeName => "Bundle#Response";

        [FhirElement("status")] public FhirString? StatusElement { get; set; }
        public string? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
        [FhirElement("location")] public FhirUri? LocationElement { get; set; }
        public string? Location { get => LocationElement?.Value; set => LocationElement = value is null ? null : new(value); }
        [FhirElement("etag")] public FhirString? EtagElement { get; set; }
        public string? Etag { get => EtagElement?.Value; set => EtagElement = value is null ? null : new(value); }
        [FhirElement("lastModified")] public Instant? LastModifiedElement { get; set; }
        public DateTimeOffset? LastModified { get => LastModifiedElement?.Value; set => LastModifiedElement = value is null ? null : new(value); }
        [FhirElement("outcome")] public Resource? Outcome { get; set; }
    }

    public enum BundleType
    {
        [EnumLiteral("document")] Document,
        [EnumLiteral("message")] Message,
        [EnumLiteral("transaction")] Transaction,
        [EnumLiteral("transaction-response")] TransactionResponse,
        [EnumLiteral("batch")] Batch,
        [EnumLiteral("batch-response")] BatchResponse,
        [EnumLiteral("history")] History,
        [EnumLiteral("searchset")] Searchset,
        [EnumLiteral("collection")] Collection,
        [EnumLiteral("subscription-notification")] SubscriptionNotification,
    }

    public enum SearchEntryMode
    {
        [EnumLiteral("match")] Match,
        [EnumLiteral("include")] Include,
        [EnumLiteral("outcome")] Outcome,
    }

    public enum HTTPVerb
    {
        [EnumLiteral("GET")] GET,
        [EnumLiteral("HEAD")] HEAD,
        [EnumLiteral("POST")] POST,
        [EnumLiteral("PUT")] PUT,
        [EnumLiteral("DELETE")] DELETE,
        [EnumLiteral("PATCH")] PATCH,
    }
}
