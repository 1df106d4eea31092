using Microsoft.Extensions.Configuration;

namespace CarT.Fhir.Hosting.Options;

/// <summary>Thrown at start when the configuration cannot be used; carries every fault at once.</summary>
public sealed class CartOptionsException(IReadOnlyList<string> faults)
    : Exception("The configuration cannot be used:" + Environment.NewLine + string.Join(Environment.NewLine, faults.Select(fault => "  - " + fault)))
{
    /// <summary>One sentence per fault, each naming the key.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Reads and checks the section <c>Cart</c>.</summary>
public static class CartOptionsReader
{
    private const int MostDaysBefore = 3650;
    private const int ShortestSecret = 16;
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestHold = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestBodyTimeout = TimeSpan.FromMinutes(10);
    private static readonly string[] ProvidesValues = ["labs", "doses", "transfusions"];

    /// <summary>Binds the section and checks it.</summary>
    /// <exception cref="CartOptionsException">Some value is wrong; all faults are in it.</exception>
    public static CartOptions Read(IConfiguration configuration)
    {
        var faults = new List<string>();
        var options = Bind(configuration, faults);
        faults.AddRange(Check(options));
        faults.AddRange(CheckBinding(options, configuration));
        return faults.Count == 0 ? options : throw new CartOptionsException(faults);
    }

    /// <summary>Every fault of these options, one sentence each; empty when they can be used.</summary>
    public static IEnumerable<string> Check(CartOptions options)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _)) yield return $"Cart:TimeZone: '{options.TimeZone}' is not a known time zone";
        if (string.IsNullOrWhiteSpace(options.Protocol)) yield return "Cart:Protocol: is empty";
        if (!Uri.TryCreate(options.Identifiers, UriKind.Absolute, out _)) yield return $"Cart:Identifiers: '{options.Identifiers}' is not an absolute URI";
        foreach (var fault in EngineOptionsCheck.Check(options.Store).Concat(EngineOptionsCheck.Check(options.Bus))) yield return fault;
        if (options.Api.Authentication is not ("bearer" or "none")) yield return $"Cart:Api:Authentication: '{options.Api.Authentication}' is not one of: bearer, none";
        if (options.Api.Authentication == "bearer" && options.Api.Secrets.Count == 0)
            yield return "Cart:Api:Secrets: at least one secret is needed (or Cart:Api:Authentication=none on loopback)";
        foreach (var fault in options.Api.Secrets.SelectMany((secret, i) => CheckSecret($"Cart:Api:Secrets:{i}", secret))) yield return fault;
        if (options.Api.BaseUrl is { Length: > 0 } own && !IsHttp(own)) yield return "Cart:Api:BaseUrl: is not an absolute http(s) URL";
        if (options.Telemetry.OtlpEndpoint is { Length: > 0 } otlp && !IsHttp(otlp)) yield return "Cart:Telemetry:OtlpEndpoint: is not an absolute http(s) URL";
        if (options.Telemetry.OtlpProtocol is not ("grpc" or TelemetryOptions.OverHttp))
            yield return $"Cart:Telemetry:OtlpProtocol: '{options.Telemetry.OtlpProtocol}' is not one of: grpc, {TelemetryOptions.OverHttp}";
        foreach (var code in options.Codes.Enable.Where(code => !code.Contains('|'))) yield return $"Cart:Codes:Enable: '{code}' is not of the form system|code";
        if (options.FirstSight.Days is < 0 or > MostDaysBefore) yield return $"Cart:FirstSight:Days: must be between 0 and {MostDaysBefore}";
        if (options.FirstSight.Quiet < TimeSpan.Zero || options.FirstSight.Quiet > LongestQuiet)
            yield return $"Cart:FirstSight:Quiet: must be between 0 and {LongestQuiet.TotalMinutes} minutes";
        if (options.FirstSight.LongestWait <= TimeSpan.Zero || options.FirstSight.LongestWait > LongestHold)
            yield return $"Cart:FirstSight:LongestWait: must be positive and at most {LongestHold.TotalDays} days";
        foreach (var fault in options.Sources.SelectMany(source => CheckSource(options, source.Key, source.Value))) yield return fault;
        foreach (var fault in CheckNamespaces(options)) yield return fault;
        foreach (var fault in options.Targets.SelectMany(target => CheckTarget(options, target.Key, target.Value))) yield return fault;
    }

    private static CartOptions Bind(IConfiguration configuration, List<string> faults)
    {
        try
        {
            return configuration.GetSection(CartOptions.Section).Get<CartOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new CartOptions();
        }
        catch (InvalidOperationException e)
        {
            // The binder stops at its first complaint (a misspelt key, a number that is none): say it, and check what can be bound all the same.
            faults.Add("Cart: " + e.Message);
        }
        try
        {
            return configuration.GetSection(CartOptions.Section).Get<CartOptions>() ?? new CartOptions();
        }
        catch (InvalidOperationException)
        {
            throw new CartOptionsException(faults);
        }
    }

    private static IEnumerable<string> CheckSource(CartOptions options, string name, SourceOptions source)
    {
        var key = $"Cart:Sources:{name}";
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) yield return $"{key}: a name holds letters, digits, '-', '_' and '.' only";
        if (!IsHttp(source.BaseUrl)) yield return $"{key}:BaseUrl: is not an absolute http(s) URL";
        if (source.Provides.Count == 0) yield return $"{key}:Provides: name at least one of labs, doses, transfusions";
        foreach (var unknown in source.Provides.Except(ProvidesValues)) yield return $"{key}:Provides: '{unknown}' is not one of: labs, doses, transfusions";
        if (source.VersionOrder is not ("numeric" or "lastUpdated")) yield return $"{key}:VersionOrder: '{source.VersionOrder}' is not one of: numeric, lastUpdated";
        var subscription = source.Subscription;
        if (subscription.Style is not ("classic" or "topic" or "none")) yield return $"{key}:Subscription:Style: '{subscription.Style}' is not one of: classic, topic, none";
        if (subscription.Style is "classic" or "topic" && !IsHttp(subscription.HookUrl)) yield return $"{key}:Subscription:HookUrl: is not an absolute http(s) URL";
        if (subscription.Style == "topic" && string.IsNullOrWhiteSpace(subscription.Topic)) yield return $"{key}:Subscription:Topic: is needed for the style topic";
        if (subscription.Secrets.Count + subscription.SignatureSecrets.Count == 0 && options.Api.Authentication != "none")
            yield return $"{key}:Subscription:Secrets: at least one secret is needed (or one of SignatureSecrets)";
        foreach (var fault in subscription.Secrets.SelectMany((secret, i) => CheckSecret($"{key}:Subscription:Secrets:{i}", secret))) yield return fault;
        foreach (var fault in CheckSubscription($"{key}:Subscription", subscription)) yield return fault;
        foreach (var i in Enumerable.Range(0, subscription.SignatureSecrets.Count).Where(i => subscription.SignatureSecrets[i].Length < ShortestSecret))
            yield return $"{key}:Subscription:SignatureSecrets:{i}: is shorter than {ShortestSecret} characters";
        foreach (var fault in CheckHook($"{key}:Hook", source.Hook)) yield return fault;
        foreach (var fault in CheckPoll($"{key}:Poll", source.Poll)) yield return fault;
        foreach (var fault in CheckAuth($"{key}:Auth", source.Auth)) yield return fault;
    }

    // A resource is known by namespace, type and id: Observation/17 of another server would take its place, whoever's result it is.
    private static IEnumerable<string> CheckNamespaces(CartOptions options) =>
        from source in options.Sources
        where IsHttp(source.Value.BaseUrl)
        group source by source.Value.Namespace ?? source.Key into sharing
        where sharing.Select(source => new Uri(source.Value.BaseUrl!.TrimEnd('/'))).Distinct().Count() > 1
        select $"Cart:Sources: {string.Join(", ", sharing.Select(source => source.Key).Order(StringComparer.Ordinal))} share the Namespace '{sharing.Key}' and"
            + " have different BaseUrls; a resource is known by its namespace, type and id, so sources of one Namespace must be the same FHIR server";

    private static IEnumerable<string> CheckPoll(string key, PollOptions poll)
    {
        if (poll.Every <= TimeSpan.Zero) yield return $"{key}:Every: must be positive";
        if (poll.Overlap < TimeSpan.Zero) yield return $"{key}:Overlap: must not be negative";
        if (poll.SafetyLag < TimeSpan.Zero) yield return $"{key}:SafetyLag: must not be negative";
        if (poll.Mode is not ("lastUpdated" or "patient")) yield return $"{key}:Mode: '{poll.Mode}' is not one of: lastUpdated, patient";
        if (poll.Deletes is not ("auto" or "history" or "reread" or "off")) yield return $"{key}:Deletes: '{poll.Deletes}' is not one of: auto, history, reread, off";
        if (poll.DeepEvery < TimeSpan.Zero) yield return $"{key}:DeepEvery: must not be negative";
        if (poll.CatchUpDistance < TimeSpan.Zero) yield return $"{key}:CatchUpDistance: must not be negative";
        if (poll.PageSize is < 1 or > 1000) yield return $"{key}:PageSize: is not between 1 and 1000";
        if (poll.MaxRequestsPerMinute < 0) yield return $"{key}:MaxRequestsPerMinute: must not be negative";
    }

    private static IEnumerable<string> CheckHook(string key, HookOptions hook)
    {
        if (hook.RejectAs is not ("400" or "200")) yield return $"{key}:RejectAs: '{hook.RejectAs}' is not one of: 400, 200";
        if (hook.RequestsPerMinute < 1) yield return $"{key}:RequestsPerMinute: must be positive";
        if (hook.MaxEntries < 1) yield return $"{key}:MaxEntries: must be positive";
        if (hook.BodyTimeout <= TimeSpan.Zero || hook.BodyTimeout > LongestBodyTimeout) yield return $"{key}:BodyTimeout: must be positive and at most 10 minutes";
    }

    private static IEnumerable<string> CheckSubscription(string key, SubscriptionOptions subscription)
    {
        if (subscription.ActivateAs is not ("requested" or "active")) yield return $"{key}:ActivateAs: '{subscription.ActivateAs}' is not one of: requested, active";
        if (subscription.Payload is not ("empty" or "id-only" or "full-resource"))
            yield return $"{key}:Payload: '{subscription.Payload}' is not one of: empty, id-only, full-resource";
        if (subscription.GapPolicy is not (null or "contiguous" or "none")) yield return $"{key}:GapPolicy: '{subscription.GapPolicy}' is not one of: contiguous, none";
        if (subscription.Repair is not ("auto" or "never")) yield return $"{key}:Repair: '{subscription.Repair}' is not one of: auto, never";
        if (subscription.Heartbeat < TimeSpan.Zero) yield return $"{key}:Heartbeat: must not be negative";
        if (subscription.GapGrace < TimeSpan.Zero) yield return $"{key}:GapGrace: must not be negative";
        if (subscription.StuckAfter <= TimeSpan.Zero) yield return $"{key}:StuckAfter: must be positive";
        if (subscription.SilentAfter <= TimeSpan.Zero) yield return $"{key}:SilentAfter: must be positive";
    }

    private static IEnumerable<string> CheckTarget(CartOptions options, string name, TargetOptions target)
    {
        var key = $"Cart:Targets:{name}";
        if (!IsHttp(target.BaseUrl)) yield return $"{key}:BaseUrl: is not an absolute http(s) URL";
        if (target.Source is null || !options.Sources.ContainsKey(target.Source)) yield return $"{key}:Source: '{target.Source}' is not the name of a source";
        if (target.Mode is not ("live" or "shadow")) yield return $"{key}:Mode: '{target.Mode}' is not one of: live, shadow";
        if (target.Strategy is not ("auto" or "flag-careplan")) yield return $"{key}:Strategy: '{target.Strategy}' is not one of: auto, flag-careplan";
        foreach (var fault in CheckAuth($"{key}:Auth", target.Auth)) yield return fault;
    }

    private static IEnumerable<string> CheckAuth(string key, AuthOptions auth)
    {
        if (auth.Kind is not ("none" or "bearer")) yield return $"{key}:Kind: '{auth.Kind}' is not one of: none, bearer";
        if (auth.Kind == "bearer" && string.IsNullOrWhiteSpace(auth.Token)) yield return $"{key}:Token: is needed for the kind bearer";
    }

    private static IEnumerable<string> CheckSecret(string key, string secret)
    {
        if (secret.Length < ShortestSecret) yield return $"{key}: is shorter than {ShortestSecret} characters";
        // Medplum cuts a header value at the second colon; control characters would split the header.
        if (secret.Any(c => c is ':' or ' ' || char.IsControl(c))) yield return $"{key}: must not hold ':', spaces or control characters";
    }

    private static IEnumerable<string> CheckBinding(CartOptions options, IConfiguration configuration)
    {
        if (options.Api.Authentication != "none") yield break;
        var urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? ""));
        foreach (var url in urls.Where(url => !IsLoopback(url)))
            yield return $"Cart:Api:Authentication: 'none' is accepted on loopback only, not on '{url}'";
        if (configuration["http_ports"] is { Length: > 0 } || configuration["https_ports"] is { Length: > 0 })
            yield return "Cart:Api:Authentication: 'none' is accepted on loopback only; HTTP_PORTS binds every address";
    }

    private static bool IsLoopback(string url) => Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) && uri.IsLoopback;

    private static bool IsHttp(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;
}
