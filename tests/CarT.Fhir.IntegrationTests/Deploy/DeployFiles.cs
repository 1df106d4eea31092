using System.Diagnostics;
using System.Text.Json.Nodes;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.UnitTests.Repository;
using Microsoft.Extensions.Configuration;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>The files with which the product is deployed, read as the tools read them.</summary>
internal static class DeployFiles
{
    /// <summary>The folders and files that deploy something.</summary>
    public static readonly string[] ComposeFiles = ["docker-compose.yml", "deploy/docker/standalone.compose.yml"];

    // Long enough for a secret, and no secret.
    public const string MadeUpSecret = "made-up-secret-of-a-test";

    public static string PathOf(string relative) => Path.Combine(RepositoryFiles.Root, relative);

    public static string[] Lines(string relative) => File.ReadAllLines(PathOf(relative));

    public static string Text(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Every document of a YAML file, its scalars as text, anchors and merges resolved.</summary>
    public static List<JsonNode> Yaml(string relative) => YamlOf(Text(relative));

    public static List<JsonNode> YamlOf(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (NodeOf(deserializer.Deserialize(parser)) is { } document) documents.Add(document);
        }
        return documents;
    }

    /// <summary>A file of lines <c>NAME=value</c>.</summary>
    public static Dictionary<string, string> Environment(string relative) => Lines(relative)
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>What our own checks say of an environment, as at the start of a service.</summary>
    public static IReadOnlyList<string> FaultsOf(IReadOnlyDictionary<string, string> environment)
    {
        var values = environment.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair.Value, StringComparer.OrdinalIgnoreCase);
        try
        {
            CartOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
            return [];
        }
        catch (CartOptionsException e)
        {
            return e.Faults;
        }
    }

    /// <summary>Runs a tool of the machine and gives what it wrote; skips the test where there is no such tool.</summary>
    public static async Task<string> RunOrSkipAsync(string tool, params string[] arguments)
    {
        var found = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));
        Assert.SkipUnless(found, tool + " is not on this machine");
        var start = new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = RepositoryFiles.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }

    private static JsonNode? NodeOf(object? value) => value switch
    {
        null => null,
        IDictionary<object, object?> map => new JsonObject(map.Select(pair => KeyValuePair.Create((string)pair.Key, NodeOf(pair.Value)))),
        IEnumerable<object?> list => new JsonArray([.. list.Select(NodeOf)]),
        _ => JsonValue.Create(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
