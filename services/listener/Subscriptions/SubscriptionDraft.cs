using System.Security.Cryptography;
using System.Text;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>The Subscriptions that we want at a source: classic R4 rest-hooks, or rest-hooks on a topic (Subscriptions R5 Backport IG 1.1.0). Pure.</summary>
internal static class SubscriptionDraft
{
    private const string Backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
    private const string FilterUrl = Backport + "backport-filter-criteria";
    private const string HeartbeatUrl = Backport + "backport-heartbeat-period";
    private const string FhirJsonType = "application/fhir+json";
    private const string Reason = "CAR-T cytopenia monitoring";

    /// <summary>
    /// What is subscribed to when the configuration names nothing. Never <c>status=</c>: the criteria sees the new state only, so that a result which
    /// becomes entered-in-error would stop matching and never be announced.
    /// </summary>
    public static IReadOnlyList<string> DefaultCriteria(CodeSets codes) =>
    [
        "Observation?code=" + string.Join(',', codes.LoincForSubscription.Select(code => CodeSets.Loinc + "|" + code)),
        "MedicationAdministration?",
        "MedicationStatement?",
        "Procedure?",
        "Patient?",
    ];

    /// <summary>
    /// Every Subscription that should stand at the source, one for each criteria. On a topic the criteria is the filter: filters of one Subscription are
    /// ANDed, and a result and a dose never match together.
    /// </summary>
    /// <param name="source">A source of style classic or topic.</param>
    /// <param name="end">When they run out.</param>
    public static IReadOnlyList<Subscription> All(Source source, DateTimeOffset end)
    {
        var isTopic = source.Options.Subscription.Style == "topic";
        return [.. CriteriaOf(source).Select(text => isTopic ? OnTopic(source, text, end) : Classic(source, text, end))];
    }

    /// <summary>What we want to hear of a source, each a FHIR search: as configured, or our own list.</summary>
    public static IReadOnlyList<string> CriteriaOf(Source source) =>
        source.Options.Subscription.Criteria is { Count: > 0 } configured ? configured : DefaultCriteria(source.Reading.Codes);

    /// <summary>What a Subscription is for: its criteria, and the filters of a topic. Some servers escape what they were given.</summary>
    public static string Key(Subscription subscription)
    {
        var filters = (subscription.CriteriaElement?.GetExtensions(FilterUrl) ?? []).Select(filter => (filter.Value as FhirString)?.Value);
        return Uri.UnescapeDataString(string.Join(' ', filters.Prepend(subscription.Criteria)));
    }

    /// <summary>The resource type that the criteria, or the filter of a topic, are about.</summary>
    public static string TypeOf(Subscription subscription)
    {
        var filter = subscription.CriteriaElement?.GetExtensions(FilterUrl).Select(item => (item.Value as FhirString)?.Value).FirstOrDefault();
        return (filter ?? subscription.Criteria ?? "").Split('?')[0];
    }

    /// <summary>The heartbeat that the server keeps with a Subscription; null: none.</summary>
    public static TimeSpan? HeartbeatOf(Subscription subscription) =>
        subscription.Channel?.GetExtensions(HeartbeatUrl).Select(item => (item.Value as UnsignedInt)?.Value).FirstOrDefault() is > 0 and { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>The header by which the source authenticates at our hook; null when the hook is open.</summary>
    public static string? AuthorizationHeader(Source source) =>
        source.Options.Subscription.Secrets is [var secret, ..] ? "Authorization: Bearer " + secret : null;

    /// <summary>Our hook and secret as they are configured, so that a change of them is noticed where the server hides them.</summary>
    public static string HookHash(Source source) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(source.Options.Subscription.HookUrl + "\n" + AuthorizationHeader(source))));

    public static bool IsAtOurHook(Subscription subscription, Source source) => subscription.Channel?.Endpoint == source.Options.Subscription.HookUrl;

    /// <summary>
    /// Whether what stands under a reference that we remember is what we made: at our hook, or, where the server hides that or the hook has moved, for our reason
    /// and with our criteria. A server that was set up anew may have given the id to somebody else.
    /// </summary>
    public static bool IsOurs(Subscription found, Subscription wanted, Source source) =>
        IsAtOurHook(found, source)
        || (found.Reason == Reason && Uri.UnescapeDataString(found.Criteria ?? "") == Uri.UnescapeDataString(wanted.Criteria ?? ""));

    private static Subscription Classic(Source source, string criteria, DateTimeOffset end) => new()
    {
        Status = source.Options.Subscription.ActivateAs == "active" ? Subscription.SubscriptionStatus.Active : Subscription.SubscriptionStatus.Requested,
        Reason = Reason,
        End = end,
        Criteria = criteria,
        Channel = new Subscription.ChannelComponent
        {
            Type = Subscription.SubscriptionChannelType.RestHook,
            Endpoint = source.Options.Subscription.HookUrl,
            Payload = FhirJsonType,
            Header = AuthorizationHeader(source) is { } header ? [header] : [],
        },
    };

    private static Subscription OnTopic(Source source, string filter, DateTimeOffset end)
    {
        var subscription = Classic(source, source.Options.Subscription.Topic!, end);
        subscription.Meta = new Meta { Profile = [Backport + "backport-subscription"] };
        subscription.CriteriaElement!.Extension = [new Extension(FilterUrl, new FhirString(filter))];
        var options = source.Options.Subscription;
        subscription.Channel!.Extension =
        [
            new Extension(Backport + "backport-timeout", new UnsignedInt(20)),
            new Extension(Backport + "backport-max-count", new PositiveInt(20)),
        ];
        if (options.Heartbeat >= TimeSpan.FromSeconds(1)) subscription.Channel.Extension.Insert(0, new Extension(HeartbeatUrl, new UnsignedInt((int)options.Heartbeat.TotalSeconds)));
        subscription.Channel.PayloadElement!.Extension = [new Extension(Backport + "backport-payload-content", new Code(options.Payload))];
        return subscription;
    }
}
