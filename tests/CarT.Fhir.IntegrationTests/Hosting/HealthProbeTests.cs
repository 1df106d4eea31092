using CarT.Fhir.Hosting.Health;
using CarT.Fhir.Standalone.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Hosting;

/// <summary>The health command of every program, with which a container is checked that holds no other.</summary>
public sealed class HealthProbeTests
{
    [Theory]
    [InlineData("/well", 0)]
    [InlineData("/ill", 1)]
    [InlineData("/moved", 1)]
    public async Task A_service_is_well_when_it_says_so_itself(string route, int expected)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        await using var service = builder.Build();
        service.Urls.Add("http://127.0.0.1:0");
        service.MapGet("/well", () => Results.Ok());
        service.MapGet("/ill", () => Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        service.MapGet("/moved", () => Results.Redirect("/well"));
        await service.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, await HealthProbe.RunAsync(service.Urls.Single() + route));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_not_well() => Assert.Equal(1, await HealthProbe.RunAsync($"http://127.0.0.1:{LoopbackPort.Free()}/health/ready"));

    [Theory]
    [InlineData("health/ready")]
    [InlineData("file:///etc/hostname")]
    public async Task An_address_that_is_none_is_said_to_be_unusable(string url) => Assert.Equal(2, await HealthProbe.RunAsync(url));
}
