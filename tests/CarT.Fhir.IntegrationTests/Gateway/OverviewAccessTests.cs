using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Gateway;

/// <summary>The page for people opens with the secret as the password that a browser asks for; nothing else does.</summary>
public sealed class OverviewAccessTests : IAsyncLifetime
{
    private GatewayHost gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Theory]
    [InlineData("anybody:" + GatewayHost.Secret, HttpStatusCode.OK)]
    [InlineData(":" + GatewayHost.Secret, HttpStatusCode.OK)]
    [InlineData(GatewayHost.Secret, HttpStatusCode.Unauthorized)]
    [InlineData(GatewayHost.Secret + ":", HttpStatusCode.Unauthorized)]
    [InlineData("anybody:" + GatewayHost.Secret + ":x", HttpStatusCode.Unauthorized)]
    public async Task The_secret_is_the_password_of_any_user(string credentials, HttpStatusCode expected)
    {
        gateway.Client.DefaultRequestHeaders.Authorization = Basic(Encoding.UTF8.GetBytes(credentials));

        Assert.Equal(expected, (await gateway.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%%%")]
    [InlineData("/////w==")]
    public async Task Credentials_that_are_not_credentials_are_refused(string parameter)
    {
        gateway.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", parameter);

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_browser_is_told_how_to_ask_for_the_secret()
    {
        gateway.Client.DefaultRequestHeaders.Authorization = null;

        var challenge = (await gateway.GetAsync("/")).Headers.WwwAuthenticate.First();

        Assert.Equal(("Basic", "realm=\"CarT.Fhir\", charset=\"UTF-8\""), (challenge.Scheme, challenge.Parameter));
    }

    [Fact]
    public async Task A_password_opens_no_fhir_route()
    {
        gateway.Client.DefaultRequestHeaders.Authorization = Basic(Encoding.UTF8.GetBytes("anybody:" + GatewayHost.Secret));

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/fhir/Flag")).StatusCode);
    }

    private static AuthenticationHeaderValue Basic(byte[] credentials) => new("Basic", Convert.ToBase64String(credentials));
}
