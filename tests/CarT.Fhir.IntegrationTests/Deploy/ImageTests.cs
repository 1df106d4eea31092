using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>The images: which they are, what is in them and how they are asked for their health.</summary>
public sealed partial class ImageTests
{
    private const string Dockerfile = "deploy/docker/Dockerfile";

    private static string ProductVersion { get; } =
        XDocument.Load(DeployFiles.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

    [Fact]
    public void Every_image_is_named_by_an_exact_version()
    {
        var images = Images().ToList();

        Assert.NotEmpty(images);
        Assert.All(images, image => Assert.Matches(ExactVersion(), image));
    }

    [Fact]
    public void Every_image_of_ours_is_of_the_version_that_is_built_here()
    {
        var ours = Images().Where(image => image.Contains("cart-fhir", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(ours);
        Assert.All(ours, image => Assert.EndsWith(":" + ProductVersion, image, StringComparison.Ordinal));
    }

    [Fact]
    public void An_image_of_others_has_one_version_wherever_it_is_used()
    {
        var versions = Images().Where(image => !image.Contains("dotnet/", StringComparison.Ordinal)).Distinct()
            .GroupBy(image => image[..image.LastIndexOf(':')]).Where(image => image.Count() > 1);

        Assert.Empty(versions.Select(image => string.Join(' ', image)));
    }

    [Fact]
    public void The_images_are_built_with_the_SDK_of_the_repository() =>
        Assert.Equal(JsonNode.Parse(DeployFiles.Text("global.json"))!["sdk"]!["version"]!.GetValue<string>(), Arguments()["SdkVersion"]);

    [Theory]
    [InlineData("listener", "CarT.Fhir.Listener.dll")]
    [InlineData("protocol", "CarT.Fhir.Protocol.dll")]
    [InlineData("writeback", "CarT.Fhir.WriteBack.dll")]
    [InlineData("gateway", "CarT.Fhir.Gateway.dll")]
    [InlineData("standalone", "cart-fhir.dll")]
    public void Each_image_runs_its_own_program_and_asks_it_for_its_health(string target, string program)
    {
        var project = XDocument.Load(Directory.GetFiles(DeployFiles.PathOf("services/" + target), "*.csproj").Single());
        var assembly = project.Descendants("AssemblyName").SingleOrDefault()?.Value
            ?? Path.GetFileNameWithoutExtension(Directory.GetFiles(DeployFiles.PathOf("services/" + target), "*.csproj").Single());
        var stage = Stage(target);

        Assert.Equal(program, assembly + ".dll");
        Assert.Contains(stage, line => line.StartsWith($"COPY --from=build /app/{target} ", StringComparison.Ordinal));
        Assert.Contains(stage, line => line.StartsWith($"ENTRYPOINT [\"dotnet\", \"{program}\"", StringComparison.Ordinal));
        Assert.Contains(stage, line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal) && line.EndsWith($"CMD [\"dotnet\", \"{program}\", \"health\"]", StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_in_an_image_is_root() => Assert.Equal("USER 1654", Assert.Single(DeployFiles.Lines(Dockerfile), line => line.StartsWith("USER ", StringComparison.Ordinal)));

    [Fact]
    public void Compose_builds_targets_that_there_are()
    {
        var targets = DeployFiles.ComposeFiles.SelectMany(file => ComposeFile.ReadExample(file).Services).Select(service => service.Value!["build"]?["target"]?.GetValue<string>()).OfType<string>();

        Assert.Equal(["gateway", "listener", "protocol", "standalone", "writeback"], targets.Order());
        Assert.All(targets, target => Assert.NotEmpty(Stage(target)));
    }

    private static IEnumerable<string> Images()
    {
        var arguments = Arguments();
        var stages = DeployFiles.Lines(Dockerfile).Select(line => From().Match(line)).Where(match => match.Success).ToList();
        var names = stages.Select(match => match.Groups["stage"].Value).ToHashSet(StringComparer.Ordinal);
        foreach (var image in stages.Select(match => match.Groups["image"].Value).Where(image => !names.Contains(image)))
            yield return Argument().Replace(image, match => arguments[match.Groups["name"].Value]);
        foreach (var service in DeployFiles.ComposeFiles.SelectMany(file => ComposeFile.ReadExample(file).Services)) yield return service.Value!["image"]!.GetValue<string>();
        foreach (var resource in KubernetesFiles.Resources())
        {
            foreach (var container in resource["spec"]?["template"]?["spec"]?["containers"]?.AsArray() ?? []) yield return container!["image"]!.GetValue<string>();
        }
        foreach (var image in KubernetesFiles.Kustomization(KubernetesFiles.Example)["images"]!.AsArray())
            yield return $"{image!["newName"]!.GetValue<string>()}:{image["newTag"]!.GetValue<string>()}";
    }

    private static Dictionary<string, string> Arguments() => DeployFiles.Lines(Dockerfile).Where(line => line.StartsWith("ARG ", StringComparison.Ordinal) && line.Contains('='))
        .Select(line => line[4..].Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static List<string> Stage(string target) =>
        [.. DeployFiles.Lines(Dockerfile).SkipWhile(line => !line.EndsWith(" AS " + target, StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.StartsWith("FROM ", StringComparison.Ordinal))];

    [GeneratedRegex(@"^[a-z0-9./-]+:\d+(\.\d+)+(-[a-z-]+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"^FROM (?<image>\S+) AS (?<stage>\S+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex From();

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Argument();
}
