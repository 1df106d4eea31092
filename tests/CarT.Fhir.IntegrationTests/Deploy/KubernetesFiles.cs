using System.Text.Json.Nodes;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>The manifests of a kustomization and of everything that it names.</summary>
internal static class KubernetesFiles
{
    public const string Base = "deploy/kubernetes/base";
    public const string Example = "deploy/kubernetes/overlays/example";

    public static JsonNode Kustomization(string folder) => DeployFiles.Yaml(folder + "/kustomization.yaml").Single();

    /// <summary>Every folder with a kustomization that the example is made of.</summary>
    public static IEnumerable<string> Folders(string folder = Example)
    {
        yield return folder;
        foreach (var named in Named(folder).Where(named => Directory.Exists(DeployFiles.PathOf(named))).SelectMany(Folders)) yield return named;
    }

    /// <summary>What a kustomization names as resources and components, by path from the root.</summary>
    public static IEnumerable<string> Named(string folder) =>
        new[] { "resources", "components" }.SelectMany(kind => Kustomization(folder)[kind]?.AsArray() ?? [])
            .Select(named => Path.GetRelativePath(DeployFiles.PathOf(""), Path.GetFullPath(DeployFiles.PathOf(Path.Combine(folder, named!.GetValue<string>())))));

    /// <summary>The files from which a kustomization makes ConfigMaps and Secrets, by name of what is made.</summary>
    public static IEnumerable<(string Name, string File)> Generated(string folder) =>
        new[] { "configMapGenerator", "secretGenerator" }.SelectMany(kind => Kustomization(folder)[kind]?.AsArray() ?? [])
            .SelectMany(made => new[] { "envs", "files" }.SelectMany(kind => made![kind]?.AsArray() ?? []).Select(file => (made!["name"]!.GetValue<string>(), Path.Combine(folder, file!.GetValue<string>()))));

    /// <summary>Every resource of the example, as it stands in its file.</summary>
    public static IEnumerable<JsonNode> Resources() => Folders().SelectMany(Named).Where(named => File.Exists(DeployFiles.PathOf(named))).SelectMany(DeployFiles.Yaml);

    public static IEnumerable<JsonNode> OfKind(string kind) => Resources().Where(resource => resource["kind"]!.GetValue<string>() == kind);

    public static string NameOf(JsonNode resource) => resource["metadata"]!["name"]!.GetValue<string>();
}
