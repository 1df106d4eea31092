namespace CarT.Fhir.Hosting.Options;

/// <summary>The configuration section <c>Cart</c> (docs/interfaces.md). Checked as a whole at start by <see cref="CartOptionsReader"/>.</summary>
public sealed class CartOptions
{
    public const string Section = "Cart";

    /// <summary>IANA time zone of the facility: every protocol day is a local day of this zone. Default UTC.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Id of the protocol definition in force, or a path of a definition file. Default <c>beyar-katz-2022</c>.</summary>
    public string Protocol { get; set; } = "beyar-katz-2022";

    /// <summary>Base of our identifier and code systems in the charting system. Default <c>urn:cart-fhir</c>.</summary>
    public string Identifiers { get; set; } = "urn:cart-fhir";

    public StoreOptions Store { get; set; } = new();

    public BusOptions Bus { get; set; } = new();

    public ApiOptions Api { get; set; } = new();

    public CodeOptions Codes { get; set; } = new();

    public FirstSightOptions FirstSight { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>FHIR endpoints that results come from, by name.</summary>
    public Dictionary<string, SourceOptions> Sources { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>FHIR endpoints that Flags and CarePlans go to, by name.</summary>
    public Dictionary<string, TargetOptions> Targets { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>
/// Where the services keep their rows. <c>sqlite</c>: one file per service in <see cref="Path"/>. <c>postgres</c>: one schema per service in the database
/// of <see cref="ConnectionString"/>.
/// </summary>
public sealed class StoreOptions
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    public string Kind { get; set; } = Sqlite;

    /// <summary>Npgsql's connection string (<c>postgres</c>). The search path and the name of the application are ours.</summary>
    public string? ConnectionString { get; set; }

    public string Path { get; set; } = "data";

    /// <summary><c>full</c> (default): a commit survives a power cut. <c>normal</c>: faster, and a power cut may lose the last commits; for demonstrations only.</summary>
    public string Sync { get; set; } = "full";
}

/// <summary>The message bus between the services. <c>memory</c>: in this process. <c>rabbitmq</c>: a RabbitMQ broker, 3.10 or newer.</summary>
public sealed class BusOptions
{
    public const string Memory = "memory";
    public const string RabbitMq = "rabbitmq";

    public string Kind { get; set; } = Memory;

    /// <summary>Name or address of the broker.</summary>
    public string? Host { get; set; }

    /// <summary>Port of the broker; null: 5672, with TLS 5671.</summary>
    public ushort? Port { get; set; }

    public string VirtualHost { get; set; } = "/";

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>TLS 1.2 or newer, with the broker's certificate checked against <see cref="Host"/> and the machine's trusted authorities.</summary>
    public bool Tls { get; set; }
}

/// <summary>Who may call our own HTTP routes.</summary>
public sealed class ApiOptions
{
    /// <summary><c>bearer</c> (default) or <c>none</c>; <c>none</c> is accepted on loopback only.</summary>
    public string Authentication { get; set; } = "bearer";

    /// <summary>Accepted bearer secrets, several at once for rotation.</summary>
    public List<string> Secrets { get; set; } = [];

    /// <summary>Our own address as clients reach it, without <c>/fhir</c>; the links of search results start with it. On loopback the request tells it.</summary>
    public string? BaseUrl { get; set; }
}

/// <summary>Site additions to the built-in code sets and unit aliases.</summary>
public sealed class CodeOptions
{
    /// <summary>Codes that are off by default and switched on here, as <c>system|code</c>.</summary>
    public List<string> Enable { get; set; } = [];

    /// <summary>Unit spellings of this site: alias to UCUM code.</summary>
    public Dictionary<string, string> UnitAliases { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>What happens when the infusion of a patient becomes known for the first time.</summary>
public sealed class FirstSightOptions
{
    /// <summary>How many days before the infusion the history that is fetched begins. Default 21.</summary>
    public int Days { get; set; } = 21;

    /// <summary>How long no further fact must have come, after the history is there, before the first revision is published. Default 5 s.</summary>
    public TimeSpan Quiet { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the first revision of a patient waits at most for the history. One that takes longer is still fetched, and corrects what was published.
    /// Default 1 hour.
    /// </summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Where telemetry goes.</summary>
public sealed class TelemetryOptions
{
    public const string OverHttp = "http/protobuf";

    /// <summary>OTLP endpoint, of which the exporter finds the path of each signal itself; nothing is exported when empty.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary><c>grpc</c> (default) or <c>http/protobuf</c>.</summary>
    public string OtlpProtocol { get; set; } = "grpc";
}

/// <summary>One source of results.</summary>
public sealed class SourceOptions
{
    /// <summary>
    /// Namespace of the ids of patients and resources. Only sources that are one FHIR server (with several Subscriptions, for example) may share it.
    /// Default: the source's name.
    /// </summary>
    public string? Namespace { get; set; }

    public string? BaseUrl { get; set; }

    /// <summary>What this source provides: any of <c>labs</c>, <c>doses</c>, <c>transfusions</c>. What is not provided is unknown, not none (P1.7).</summary>
    public List<string> Provides { get; set; } = [];

    /// <summary><c>numeric</c> (meta.versionId) or <c>lastUpdated</c> (P3.2).</summary>
    public string VersionOrder { get; set; } = "numeric";

    public SubscriptionOptions Subscription { get; set; } = new();

    public HookOptions Hook { get; set; } = new();

    public PollOptions Poll { get; set; } = new();

    public AuthOptions Auth { get; set; } = new();
}

/// <summary>How we subscribe at a source.</summary>
public sealed class SubscriptionOptions
{
    /// <summary><c>classic</c> (R4 rest-hook), <c>topic</c> (R5 backport) or <c>none</c> (someone else sets it up).</summary>
    public string Style { get; set; } = "none";

    /// <summary>Our hook as the source reaches it, ending in <c>/fhir/hook/{source}</c>.</summary>
    public string? HookUrl { get; set; }

    /// <summary>Accepted bearer secrets of the hook; the first is the one that we put into the Subscription.</summary>
    public List<string> Secrets { get; set; } = [];

    /// <summary>
    /// Secrets with which the source signs what it sends (HMAC-SHA256 of the body, in <c>X-Signature</c> or <c>X-Hub-Signature</c>), several at once for
    /// rotation. With any of them, a notification without a valid signature is refused.
    /// </summary>
    public List<string> SignatureSecrets { get; set; } = [];

    /// <summary>Canonical of the SubscriptionTopic (style <c>topic</c>).</summary>
    public string? Topic { get; set; }

    /// <summary>Criteria, one Subscription each (style <c>topic</c>: its filter); empty: the product's own list.</summary>
    public List<string> Criteria { get; set; } = [];

    /// <summary>The status that we submit: <c>requested</c> (FHIR R4), or <c>active</c> where only that is served (Medplum).</summary>
    public string ActivateAs { get; set; } = "requested";

    /// <summary>What a notification carries (style <c>topic</c>): <c>empty</c>, <c>id-only</c> or <c>full-resource</c>.</summary>
    public string Payload { get; set; } = "id-only";

    /// <summary>Heartbeat asked for (style <c>topic</c>), in whole seconds; zero: none.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// <c>contiguous</c>: a missing event number is a missed event. <c>none</c>: numbers say nothing (HAPI, athenahealth, Microsoft). Default:
    /// contiguous for the style <c>topic</c>, none otherwise.
    /// </summary>
    public string? GapPolicy { get; set; }

    /// <summary>How long a missing event may come late before the source is asked for it.</summary>
    public TimeSpan GapGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// <c>auto</c>: a Subscription that is off, in error, stuck or silent is asked for anew. <c>never</c>: it is reported and left alone. A missing one
    /// is created either way.
    /// </summary>
    public string Repair { get; set; } = "auto";

    /// <summary>How long a Subscription may stay in <c>requested</c> before it counts as stuck.</summary>
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long nothing may come of a Subscription, while a poll finds what it should have brought, before it counts as silent.</summary>
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromHours(6);

    /// <summary>True when the <see cref="GapPolicy"/> in force is <c>contiguous</c>.</summary>
    public bool EventsAreContiguous => (GapPolicy ?? (Style == "topic" ? "contiguous" : "none")) == "contiguous";
}

/// <summary>How we authenticate at a FHIR server. <c>none</c> or <c>bearer</c> with a fixed <see cref="Token"/>.</summary>
public sealed class AuthOptions
{
    public string Kind { get; set; } = "none";

    public string? Token { get; set; }
}

/// <summary>One target of write-back.</summary>
public sealed class TargetOptions
{
    public string? BaseUrl { get; set; }

    /// <summary>Name of the source whose patients stand in this target.</summary>
    public string? Source { get; set; }

    /// <summary><c>live</c> writes; <c>shadow</c> decides and records but sends nothing.</summary>
    public string Mode { get; set; } = "live";

    /// <summary><c>auto</c> or <c>flag-careplan</c>.</summary>
    public string Strategy { get; set; } = "auto";

    public AuthOptions Auth { get; set; } = new();
}
