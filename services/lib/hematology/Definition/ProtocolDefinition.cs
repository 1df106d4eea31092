using System.Collections.Concurrent;
using System.Reflection;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// A protocol definition: every number of the protocol, named, with its unit. Loaded from a versioned JSON file; the built-in ones travel in
/// this assembly. <see cref="Hash"/> names exactly what is in force.
/// </summary>
public sealed record ProtocolDefinition
{
    /// <summary>The definition that is in force where nobody names another.</summary>
    public const string DefaultId = "beyar-katz-2022";

    private const string ResourceFolder = "definitions/";
    private const string SchemaResource = "protocol-definition.schema.json";
    private static readonly ConcurrentDictionary<string, ProtocolDefinition> BuiltInById = new(StringComparer.Ordinal);

    public required string Id { get; init; }

    public required string Version { get; init; }

    public required string Title { get; init; }

    public required string Source { get; init; }

    /// <summary><c>sha256:</c> and the lower-case hex of the canonical JSON form: UTF-8, ordinal key order, no white space, numbers as written, no needless escapes.</summary>
    public required string Hash { get; init; }

    public required EpisodeParameters Episode { get; init; }

    public required LowParameters Low { get; init; }

    public required SupportParameters Support { get; init; }

    public required DetectionParameters Detection { get; init; }

    public required ResolutionParameters Resolution { get; init; }

    public required TherapyParameters Therapy { get; init; }

    public required StartParameters Start { get; init; }

    public required MonitoringParameters Monitoring { get; init; }

    public required EscalationParameters Escalation { get; init; }

    public required OffProtocolParameters OffProtocol { get; init; }

    public required ThrombocytosisParameters Thrombocytosis { get; init; }

    public required HepatotoxicityParameters Hepatotoxicity { get; init; }

    public required TaperParameters Taper { get; init; }

    public required NonResponseParameters NonResponse { get; init; }

    public required ClosingParameters Closing { get; init; }

    public required FlagParameters Flags { get; init; }

    public required SilenceParameters Silence { get; init; }

    public required GradeParameters Grades { get; init; }

    public required IReadOnlyList<SignOff> SignOff { get; init; }

    /// <summary>Ids of the definitions that travel with the product.</summary>
    public static IReadOnlyList<string> BuiltInIds { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(static name => name.StartsWith(ResourceFolder, StringComparison.Ordinal))
            .Select(static name => Path.GetFileNameWithoutExtension(name[ResourceFolder.Length..]))
            .Order(StringComparer.Ordinal),
    ];

    public static ProtocolDefinition Default => BuiltIn(DefaultId);

    internal ProtocolIdentity Identity => new(Id, Version, Hash);

    /// <summary>A built-in definition.</summary>
    /// <exception cref="ArgumentException">The id is not one of <see cref="BuiltInIds"/>.</exception>
    public static ProtocolDefinition BuiltIn(string id) => BuiltInById.GetOrAdd(id, LoadBuiltIn);

    /// <summary>The file of a built-in definition, UTF-8 JSON.</summary>
    /// <exception cref="ArgumentException">The id is not one of <see cref="BuiltInIds"/>.</exception>
    public static ReadOnlyMemory<byte> JsonOf(string id) =>
        Resource(ResourceFolder + id + ".json") ?? throw new ArgumentException($"'{id}' is not a built-in protocol definition.", nameof(id));

    /// <summary>
    /// The JSON Schema (draft 2020-12) of a definition file, UTF-8. It says all that <see cref="Parse(ReadOnlyMemory{byte})"/> refuses, except where
    /// several parameters contradict each other and where a member stands twice.
    /// </summary>
    public static ReadOnlyMemory<byte> Schema() => Resource(SchemaResource)!.Value;

    /// <summary>Reads a definition, or says everything that is wrong with it at once.</summary>
    public static DefinitionResult Parse(ReadOnlyMemory<byte> utf8Json) => DefinitionParser.Parse(utf8Json);

    private static ProtocolDefinition LoadBuiltIn(string id)
    {
        var result = Parse(JsonOf(id));
        return result.Definition
            ?? throw new InvalidOperationException($"The built-in protocol definition '{id}' is faulty: {string.Join("; ", result.Faults)}");
    }

    private static ReadOnlyMemory<byte>? Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>A definition, or the faults that keep it from being one: each names the path and what is wrong there.</summary>
public sealed record DefinitionResult(ProtocolDefinition? Definition, IReadOnlyList<string> Faults);
