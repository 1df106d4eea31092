using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>A compose file with its variables filled in, as Compose does it.</summary>
internal sealed partial class ComposeFile
{
    private ComposeFile(JsonObject document) => Services = document["services"]!.AsObject();

    /// <summary>The containers, by name.</summary>
    public JsonObject Services { get; }

    /// <param name="relative">The file.</param>
    /// <param name="variables">The environment. A variable that the file demands and that is empty here is an error, as there.</param>
    public static ComposeFile Read(string relative, IReadOnlyDictionary<string, string> variables)
    {
        var filled = Variable().Replace(DeployFiles.Text(relative), match =>
        {
            var value = variables.GetValueOrDefault(match.Groups["name"].Value, "");
            if (value.Length > 0) return value;
            return match.Groups["rule"].Value == ":?"
                ? throw new InvalidOperationException($"{match.Groups["name"].Value}: {match.Groups["rest"].Value}")
                : match.Groups["rest"].Value;
        });
        return new ComposeFile(DeployFiles.YamlOf(filled).Single().AsObject());
    }

    /// <summary>The file with <c>example.env</c>, and what that leaves open filled with a made-up secret.</summary>
    public static ComposeFile ReadExample(string relative) => Read(relative, Example());

    public static Dictionary<string, string> Example() => DeployFiles.Environment("deploy/docker/example.env")
        .ToDictionary(pair => pair.Key, pair => pair.Value.Length > 0 ? pair.Value : DeployFiles.MadeUpSecret, StringComparer.Ordinal);

    /// <summary>Names of the variables of a file, and whether it demands them.</summary>
    public static ILookup<string, bool> VariablesOf(string relative) =>
        Variable().Matches(DeployFiles.Text(relative)).ToLookup(match => match.Groups["name"].Value, match => match.Groups["rule"].Value == ":?", StringComparer.Ordinal);

    public Dictionary<string, string> EnvironmentOf(string service) => Services[service]!["environment"]!.AsObject()
        .ToDictionary(pair => pair.Key, pair => pair.Value?.GetValue<string>() ?? "", StringComparer.Ordinal);

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)((?<rule>:[?-])(?<rest>[^}]*))?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
