using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>What the Kubernetes manifests promise.</summary>
public sealed class KubernetesTests
{
    private static readonly string[] Services = ["gateway", "listener", "protocol", "writeback"];

    [Fact]
    public void Everything_that_a_kustomization_names_is_there_and_is_a_resource()
    {
        Assert.All(KubernetesFiles.Folders().SelectMany(KubernetesFiles.Named), named =>
            Assert.True(File.Exists(DeployFiles.PathOf(named)) || File.Exists(DeployFiles.PathOf(named + "/kustomization.yaml")), named));
        Assert.All(KubernetesFiles.Folders().SelectMany(KubernetesFiles.Generated), made => Assert.True(File.Exists(DeployFiles.PathOf(made.File)), made.File));
        Assert.All(KubernetesFiles.Resources(), resource => Assert.NotNull(resource["apiVersion"] is not null && resource["kind"] is not null ? KubernetesFiles.NameOf(resource) : null));
        Assert.Equal(Services, KubernetesFiles.OfKind("Deployment").Select(KubernetesFiles.NameOf).Order());
    }

    [Fact]
    public void No_manifest_lies_about_unnamed()
    {
        var folders = KubernetesFiles.Folders().ToList();
        var named = folders.SelectMany(KubernetesFiles.Named).ToHashSet(StringComparer.Ordinal);
        var there = folders.SelectMany(folder => Directory.GetFiles(DeployFiles.PathOf(folder), "*.yaml")).Select(file => Path.GetRelativePath(DeployFiles.PathOf(""), file));

        Assert.DoesNotContain(there, file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal) && !named.Contains(file));
    }

    [Fact]
    public void Each_selector_selects_the_pods_that_it_means()
    {
        var pods = KubernetesFiles.OfKind("Deployment").Concat(KubernetesFiles.OfKind("StatefulSet"))
            .ToDictionary(KubernetesFiles.NameOf, owner => owner["spec"]!["template"]!["metadata"]!["labels"]!.AsObject(), StringComparer.Ordinal);
        var selectors = KubernetesFiles.Resources().Where(resource => resource["spec"]?["selector"] is not null).ToList();

        Assert.True(selectors.Count > pods.Count);
        Assert.All(selectors, resource =>
        {
            var selector = resource["spec"]!["selector"]!;
            var selected = pods.Where(pod => (selector["matchLabels"] ?? selector).AsObject().All(label => pod.Value[label.Key]?.GetValue<string>() == label.Value!.GetValue<string>()));
            Assert.Equal(KubernetesFiles.NameOf(resource), Assert.Single(selected).Key);
        });
    }

    [Fact]
    public void The_configuration_of_the_example_is_accepted_when_its_secrets_are_filled_in()
    {
        var environment = Environment();
        foreach (var open in environment.Keys.Where(key => environment[key].EndsWith("fill-in", StringComparison.Ordinal)).ToList())
            environment[open] = environment[open].Replace("fill-in", DeployFiles.MadeUpSecret, StringComparison.Ordinal);

        Assert.Empty(DeployFiles.FaultsOf(environment));
    }

    [Fact]
    public void No_service_starts_on_the_secrets_of_the_example()
    {
        var faults = DeployFiles.FaultsOf(Environment());

        Assert.Contains(faults, fault => fault.StartsWith("Cart:Api:Secrets:0", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("Cart:Sources:main:Subscription:Secrets:0", StringComparison.Ordinal));
    }

    [Fact]
    public void There_is_one_listener_and_several_of_the_others()
    {
        var deployments = KubernetesFiles.OfKind("Deployment").ToDictionary(KubernetesFiles.NameOf, deployment => deployment["spec"]!, StringComparer.Ordinal);

        Assert.Equal("1", deployments["listener"]["replicas"]!.GetValue<string>());
        Assert.Equal("Recreate", deployments["listener"]["strategy"]!["type"]!.GetValue<string>());
        foreach (var other in Services.Where(service => service != "listener")) Assert.Equal("2", deployments[other]["replicas"]!.GetValue<string>());
        Assert.Equal(["gateway", "protocol", "writeback"], KubernetesFiles.OfKind("PodDisruptionBudget").Select(KubernetesFiles.NameOf).Order());
    }

    [Fact]
    public void Every_pod_is_locked_down()
    {
        var owners = KubernetesFiles.OfKind("Deployment").Concat(KubernetesFiles.OfKind("StatefulSet")).ToList();

        Assert.Equal(6, owners.Count);
        Assert.All(owners.Select(owner => owner["spec"]!["template"]!["spec"]!), pod =>
        {
            Assert.Equal("false", Text(pod["automountServiceAccountToken"]));
            Assert.Equal("true", Text(pod["securityContext"]!["runAsNonRoot"]));
            Assert.Equal("RuntimeDefault", Text(pod["securityContext"]!["seccompProfile"]!["type"]));
            Assert.All(pod["containers"]!.AsArray(), container =>
            {
                Assert.Equal("false", Text(container!["securityContext"]!["allowPrivilegeEscalation"]));
                Assert.Equal("true", Text(container["securityContext"]!["readOnlyRootFilesystem"]));
                Assert.Equal("ALL", Text(container["securityContext"]!["capabilities"]!["drop"]![0]));
                Assert.NotNull(container["resources"]!["limits"]!["memory"]);
            });
        });
    }

    [Fact]
    public void Each_service_is_asked_at_the_route_of_each_probe() => Assert.All(KubernetesFiles.OfKind("Deployment"), deployment =>
    {
        var container = deployment["spec"]!["template"]!["spec"]!["containers"]![0]!;
        // A listener without its bus still takes notifications.
        var ready = KubernetesFiles.NameOf(deployment) == "listener" ? "/health/startup" : "/health/ready";
        foreach (var (probe, route) in new[] { ("startupProbe", "/health/startup"), ("livenessProbe", "/health/live"), ("readinessProbe", ready) })
            Assert.Equal(route, Text(container[probe]!["httpGet"]!["path"]));
    });

    [Fact]
    public void Nobody_may_talk_to_anybody_who_is_not_named() => Assert.Contains(KubernetesFiles.OfKind("NetworkPolicy"), policy =>
        policy["spec"]!["podSelector"]!.AsObject().Count == 0 && policy["spec"]!["ingress"] is null && policy["spec"]!["egress"] is null
        && policy["spec"]!["policyTypes"]!.AsArray().Count == 2);

    [Fact]
    public async Task Kustomize_builds_the_example()
    {
        var built = DeployFiles.YamlOf(await DeployFiles.RunOrSkipAsync("kubectl", "kustomize", KubernetesFiles.Example));

        var maps = built.Where(resource => resource["kind"]!.GetValue<string>() is "ConfigMap" or "Secret").Select(KubernetesFiles.NameOf).ToHashSet(StringComparer.Ordinal);
        var wanted = built.Where(resource => resource["kind"]!.GetValue<string>() == "Deployment")
            .SelectMany(deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["envFrom"]!.AsArray())
            .Select(source => Text((source!["configMapRef"] ?? source["secretRef"])!["name"]));
        Assert.Equal(8, wanted.Count());
        Assert.All(wanted, name => Assert.Contains(name, maps));
    }

    // The example's map is merged into the base's; the pods get both it and the secret.
    private static Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in new[] { KubernetesFiles.Base, KubernetesFiles.Example }.SelectMany(KubernetesFiles.Generated).Where(made => made.Name == "cart-fhir"))
        {
            foreach (var (key, value) in DeployFiles.Environment(file.File)) environment[key] = value;
        }
        return environment;
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
