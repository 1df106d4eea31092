using Xunit;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>The unit of the standalone on a host without containers.</summary>
public sealed class SystemdUnitTests
{
    private const string Unit = "deploy/systemd/cart-fhir.service";

    [Fact]
    public void The_configuration_of_the_unit_and_of_its_example_is_accepted()
    {
        var environment = DeployFiles.Environment("deploy/systemd/environment.example");
        foreach (var (key, value) in Settings("Environment").Select(setting => setting.Split('=', 2)).Select(pair => (pair[0], pair[1]))) environment[key] = value;

        Assert.Equal("/var/lib/cart-fhir", environment["CART__Store__Path"]);
        Assert.Empty(DeployFiles.FaultsOf(environment));
    }

    [Fact]
    public void The_store_is_in_the_folder_that_the_unit_may_write()
    {
        Assert.Equal(["cart-fhir"], Settings("StateDirectory"));
        Assert.Equal(["strict"], Settings("ProtectSystem"));
        Assert.Empty(Settings("ReadWritePaths"));
    }

    [Fact]
    public void A_configuration_that_cannot_be_used_is_not_tried_for_ever() => Assert.Equal(["2"], Settings("RestartPreventExitStatus"));

    [Fact]
    public void It_may_be_stopped_in_the_time_that_a_service_takes_to_drain() =>
        Assert.True(int.Parse(Assert.Single(Settings("TimeoutStopSec")), System.Globalization.CultureInfo.InvariantCulture) > 30);

    private static IEnumerable<string> Settings(string name) =>
        DeployFiles.Lines(Unit).Where(line => line.StartsWith(name + "=", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..]);
}
