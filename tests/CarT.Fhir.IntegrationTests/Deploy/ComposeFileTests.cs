using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CarT.Fhir.UnitTests.Repository;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>What the compose files promise: every key is one of ours, nothing starts without its secrets, nothing is open to the network.</summary>
public sealed partial class ComposeFileTests
{
    private const string Production = "docker-compose.yml";
    private const string Standalone = "deploy/docker/standalone.compose.yml";
    private static readonly string[] Ours = ["listener", "protocol", "writeback", "gateway"];

    [Theory]
    [InlineData(Production, "listener")]
    [InlineData(Production, "protocol")]
    [InlineData(Production, "writeback")]
    [InlineData(Production, "gateway")]
    [InlineData(Standalone, "cart-fhir")]
    public void The_configuration_of_a_service_is_accepted_as_it_stands_in_the_file(string file, string service) =>
        Assert.Empty(DeployFiles.FaultsOf(ComposeFile.ReadExample(file).EnvironmentOf(service)));

    [Fact]
    public void A_key_that_is_none_of_ours_is_found()
    {
        var environment = ComposeFile.ReadExample(Production).EnvironmentOf("listener");
        environment["CART__Bus__Hostname"] = "rabbitmq";

        Assert.Contains("Hostname", Assert.Single(DeployFiles.FaultsOf(environment)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Production)]
    [InlineData(Standalone)]
    public void Nothing_starts_without_each_of_its_secrets(string file)
    {
        var secrets = ComposeFile.VariablesOf(file).Select(variable => variable.Key).Where(name => name.EndsWith("_SECRET", StringComparison.Ordinal) || name.EndsWith("_PASSWORD", StringComparison.Ordinal));
        foreach (var secret in secrets)
        {
            var variables = ComposeFile.Example();
            variables[secret] = "";
            Assert.Contains(secret, Assert.Throws<InvalidOperationException>(() => ComposeFile.Read(file, variables)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_example_of_the_environment_names_every_variable_and_holds_no_secret()
    {
        var example = DeployFiles.Environment("deploy/docker/example.env");

        Assert.Equal(DeployFiles.ComposeFiles.SelectMany(file => ComposeFile.VariablesOf(file).Select(variable => variable.Key)).Distinct().Order(), example.Keys.Order());
        Assert.All(example.Where(pair => IsSecret().IsMatch(pair.Key)), pair => Assert.Equal("", pair.Value));
    }

    [Theory]
    [InlineData(Production)]
    [InlineData(Standalone)]
    public void What_is_published_is_published_on_loopback_only(string file)
    {
        var ports = ComposeFile.ReadExample(file).Services.SelectMany(service => Texts(service.Value!["ports"])).ToList();

        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Production)]
    [InlineData(Standalone)]
    public void Every_container_is_locked_down(string file) => Assert.All(ComposeFile.ReadExample(file).Services, service =>
    {
        Assert.Equal("true", service.Value!["read_only"]!.GetValue<string>());
        Assert.Equal(["ALL"], Texts(service.Value["cap_drop"]));
        Assert.Equal(["no-new-privileges:true"], Texts(service.Value["security_opt"]));
        Assert.Equal("unless-stopped", service.Value["restart"]!.GetValue<string>());
        Assert.Null(service.Value["privileged"] ?? service.Value["cap_add"] ?? service.Value["network_mode"]);
    });

    [Fact]
    public void Database_and_bus_are_on_a_network_that_reaches_nothing_else()
    {
        var document = DeployFiles.Yaml(Production).Single();

        Assert.Equal("true", document["networks"]!["backend"]!["internal"]!.GetValue<string>());
        foreach (var inner in new[] { "postgres", "rabbitmq", "protocol", "gateway" }) Assert.Equal(["backend"], Texts(document["services"]![inner]!["networks"]));
    }

    [Fact]
    public void Each_service_waits_for_a_healthy_database_and_a_healthy_bus()
    {
        var services = ComposeFile.ReadExample(Production).Services;

        foreach (var service in Ours)
        {
            var awaited = services[service]!["depends_on"]!.AsObject();
            Assert.Equal(["postgres", "rabbitmq"], awaited.Select(pair => pair.Key).Order());
            Assert.All(awaited, pair => Assert.Equal("service_healthy", pair.Value!["condition"]!.GetValue<string>()));
        }
        foreach (var awaited in services.SelectMany(service => service.Value!["depends_on"]?.AsObject().Select(pair => pair.Key) ?? []).Distinct())
            Assert.True(services[awaited]!["healthcheck"] is not null || Ours.Contains(awaited), $"{awaited} has no health check of its own or of its image");
    }

    [Fact]
    public void There_is_a_name_and_no_port_that_would_keep_a_service_from_being_scaled()
    {
        var services = ComposeFile.ReadExample(Production).Services;

        Assert.All(Ours, service => Assert.Null(services[service]!["ports"] ?? services[service]!["container_name"] ?? services[service]!["hostname"]));
    }

    [Fact]
    public void The_proxy_sends_each_route_of_the_operators_to_the_service_that_has_it()
    {
        var proxy = DeployFiles.Text("deploy/proxy/nginx.conf");
        var routes = RepositoryFiles.CSharp("services/listener", "services/protocol", "services/writeback", "services/gateway")
            .SelectMany(file => AdminRoute().Matches(string.Join('\n', file.Lines)).Select(match => (Service: file.Path.Split('/')[1], Route: match.Groups["route"].Value)))
            .Distinct().ToList();

        Assert.NotEmpty(routes);
        Assert.All(routes, found => Assert.Contains($"location {found.Route} {{ proxy_pass ${found.Service}; }}", proxy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Compose_itself_takes_the_files()
    {
        var environment = Path.GetTempFileName();
        await File.WriteAllLinesAsync(environment, ComposeFile.Example().Select(pair => $"{pair.Key}={pair.Value}"), TestContext.Current.CancellationToken);

        foreach (var file in DeployFiles.ComposeFiles)
        {
            var resolved = DeployFiles.YamlOf(await DeployFiles.RunOrSkipAsync("docker-compose", "--env-file", environment, "-f", file, "config")).Single();
            foreach (var (name, service) in ComposeFile.ReadExample(file).Services)
                Assert.Equal(Sorted(service!["environment"]), Sorted(resolved["services"]![name]!["environment"]));
        }
        File.Delete(environment);
    }

    private static IEnumerable<string> Sorted(JsonNode? environment) =>
        environment?.AsObject().Select(pair => $"{pair.Key}={pair.Value?.GetValue<string>()}").Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>();

    private static IEnumerable<string> Texts(JsonNode? list) => list?.AsArray().Select(item => item!.GetValue<string>()) ?? [];

    [GeneratedRegex("SECRET|PASSWORD|TOKEN", RegexOptions.None, 1000)]
    private static partial Regex IsSecret();

    [GeneratedRegex(@"Map(Get|Post|Methods)\(""(?<route>/admin/\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AdminRoute();
}
