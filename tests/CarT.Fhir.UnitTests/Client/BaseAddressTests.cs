using System.Net;
using System.Net.Sockets;
using System.Text;
using CarT.Fhir.R4.Client;
using Xunit;

namespace CarT.Fhir.UnitTests.Client;

/// <summary>No link, id or redirect of a server leads a request, which carries its credential, out of the configured base.</summary>
public sealed class BaseAddressTests
{
    private const string Base = "https://ehr.example.org/fhir";

    [Theory]
    [InlineData("http://ehr.example.org/fhir/Flag?page=2")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://evil.example.org/fhir/Flag?page=2")]
    [InlineData("https://ehr.example.org.evil.example/fhir/Flag")]
    [InlineData("https://ehr.example.org:8443/fhir/Flag")]
    [InlineData("https://ehr.example.org/fhirx/Flag")]
    [InlineData("https://ehr.example.org/FHIR/Flag")]
    [InlineData("https://ehr.example.org@evil.example.org/fhir/Flag")]
    [InlineData("https://ehr.example.org%40evil.example.org/fhir/Flag")]
    [InlineData("https://user:secret@ehr.example.org/fhir/Flag")]
    [InlineData("//evil.example.org/fhir/Flag")]
    [InlineData(@"\\evil.example.org\fhir\Flag")]
    [InlineData("https://ehr.example.org/fhir/../admin")]
    [InlineData("https://ehr.example.org/fhir/x/../../fhir/Flag")]
    [InlineData("https://ehr.example.org/fhir/%2e%2e/admin")]
    [InlineData("https://ehr.example.org/fhir/%2E./admin")]
    [InlineData("https://ehr.example.org/fhir/%252e%252e/admin")]
    [InlineData("https://ehr.example.org/fhir/..%2fadmin")]
    [InlineData("https://ehr.example.org/fhir/..%5cadmin")]
    [InlineData(@"https://ehr.example.org/fhir/..\admin")]
    [InlineData("https://ehr.example.org/fhir/..;x=1/admin")]
    [InlineData("https://ehr.example.org/fhir/Flag%0d%0aX-Injected:%201")]
    [InlineData("../admin")]
    [InlineData("/admin")]
    [InlineData("Flag/../../admin")]
    public async Task A_link_that_leads_out_of_the_base_is_refused_and_nothing_is_sent(string link)
    {
        var server = new Recorder();
        using var client = server.Client();

        var answer = await client.GetAsync(link, TestContext.Current.CancellationToken);

        Assert.Equal((FhirVerdict.Refused, "outside-base"), (answer.Verdict, answer.Fault));
        Assert.Empty(server.Urls);
    }

    [Theory]
    [InlineData("https://ehr.example.org/fhir/Flag?page=2", "https://ehr.example.org/fhir/Flag?page=2")]
    [InlineData("https://ehr.example.org/fhir?_getpages=1", "https://ehr.example.org/fhir?_getpages=1")]
    [InlineData("HTTPS://EHR.example.org:443/fhir/Flag", "https://ehr.example.org/fhir/Flag")]
    [InlineData("/fhir/Flag?page=2", "https://ehr.example.org/fhir/Flag?page=2")]
    [InlineData("Flag?patient=p1&x=../y", "https://ehr.example.org/fhir/Flag?patient=p1&x=../y")]
    [InlineData("Flag/_page/abc%3D%2F", "https://ehr.example.org/fhir/Flag/_page/abc%3D%2F")]
    public async Task A_link_below_the_base_is_followed_as_it_stands(string link, string url)
    {
        var server = new Recorder();
        using var client = server.Client();

        await client.GetAsync(link, TestContext.Current.CancellationToken);

        Assert.Equal([url], server.Urls);
    }

    [Theory]
    [InlineData("Observation", "..")]
    [InlineData("Observation", ".")]
    [InlineData("..", "admin")]
    [InlineData("Observation", "../../admin")]
    [InlineData("Observation", "1\r\nX-Injected: 1")]
    public async Task An_id_that_is_a_path_or_a_header_is_never_sent(string type, string id)
    {
        var server = new Recorder();
        using var client = server.Client();

        var answer = await client.ReadAsync(type, id, TestContext.Current.CancellationToken);

        Assert.Equal(FhirVerdict.Refused, answer.Verdict);
        Assert.Empty(server.Urls);
    }

    [Theory]
    [InlineData("identifier=urn:x|1\r\nX-Injected: 1")]
    [InlineData("identifier=urn:x|1 2")]
    [InlineData("identifier=\u00fc")]
    public async Task A_condition_that_cannot_stand_in_a_header_creates_nothing(string condition)
    {
        var server = new Recorder();
        using var client = server.Client();

        var answer = await client.CreateAsync("Flag", "{}"u8.ToArray(), condition, TestContext.Current.CancellationToken);

        Assert.Equal((FhirVerdict.Refused, "if-none-exist"), (answer.Verdict, answer.Fault));
        Assert.Empty(server.Urls);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var served = ServeOnceAsync(listener, $"HTTP/1.1 {status} Moved\r\nLocation: {address}/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var client = new FhirClient(new Uri(address + "/fhir"), "bearer-of-the-tests", TimeProvider.System);

        var answer = await client.ReadAsync("Observation", "1", TestContext.Current.CancellationToken);

        Assert.Equal((FhirVerdict.Refused, (HttpStatusCode)status), (answer.Verdict, answer.Status));
        Assert.StartsWith("GET /fhir/Observation/1 ", await served, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    private static async Task<string> ServeOnceAsync(TcpListener listener, string answer)
    {
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        var buffer = new byte[8192];
        var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(buffer, 0, count);
    }

    /// <summary>Answers everything with an empty object, and keeps where it was asked.</summary>
    private sealed class Recorder : HttpMessageHandler
    {
        public List<string> Urls { get; } = [];

        public FhirClient Client() => new(new Uri(Base), "bearer-of-the-tests", TimeProvider.System, this);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Urls.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") });
        }
    }
}
