using CarT.Fhir.Hosting.Options;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Hosting;

/// <summary>The configuration is checked as a whole when a host starts.</summary>
public sealed class ConfigurationTests
{
    private static readonly Dictionary<string, string?> Good = new(StringComparer.Ordinal)
    {
        ["Cart:TimeZone"] = "Europe/Madrid",
        ["Cart:Api:Secrets:0"] = "an-api-secret-of-the-site",
        ["Cart:Sources:main:BaseUrl"] = "https://ehr.example.org/fhir",
        ["Cart:Sources:main:Provides:0"] = "labs",
        ["Cart:Sources:main:Subscription:Style"] = "classic",
        ["Cart:Sources:main:Subscription:HookUrl"] = "https://cart.example.org/fhir/hook/main",
        ["Cart:Sources:main:Subscription:Secrets:0"] = "a-hook-secret-of-the-site",
        ["Cart:Targets:main:BaseUrl"] = "https://ehr.example.org/fhir",
        ["Cart:Targets:main:Source"] = "main",
    };

    [Fact]
    public void A_complete_configuration_is_read_as_written()
    {
        var options = Read(Good);

        Assert.Equal("Europe/Madrid", options.TimeZone);
        Assert.Equal("classic", options.Sources["main"].Subscription.Style);
        Assert.Equal(TimeSpan.FromMinutes(5), options.Sources["main"].Poll.Every);
        Assert.Equal("live", options.Targets["main"].Mode);
    }

    [Fact]
    public void Every_fault_is_named_at_once_with_its_key()
    {
        var faults = Faults(
            ("Cart:TimeZone", "Middle/Earth"), ("Cart:Store:Kind", "floppy"), ("Cart:Bus:Kind", "pigeon"), ("Cart:Api:Secrets:0", "short"),
            ("Cart:Sources:main:BaseUrl", "ehr"), ("Cart:Sources:main:Provides:0", "images"), ("Cart:Sources:main:VersionOrder", "alphabetic"),
            ("Cart:Sources:main:Subscription:HookUrl", null), ("Cart:Targets:main:Source", "other"), ("Cart:Targets:main:Mode", "dry"),
            ("Cart:Targets:main:Auth:Kind", "bearer"));

        string[] keys =
        [
            "Cart:TimeZone", "Cart:Store:Kind", "Cart:Bus:Kind", "Cart:Api:Secrets:0", "Cart:Sources:main:BaseUrl", "Cart:Sources:main:Provides",
            "Cart:Sources:main:VersionOrder", "Cart:Sources:main:Subscription:HookUrl", "Cart:Targets:main:Source", "Cart:Targets:main:Mode", "Cart:Targets:main:Auth:Token",
        ];
        Assert.Equal(keys.Order(), faults.Select(fault => fault[..fault.IndexOf(": ", StringComparison.Ordinal)]).Order());
    }

    [Theory]
    [InlineData("Cart:Api:Secrets:0", "a-secret:with-a-colon-in-it", "Cart:Api:Secrets:0")]
    [InlineData("Cart:Sources:main:Subscription:Style", "topic", "Cart:Sources:main:Subscription:Topic")]
    [InlineData("Cart:Sources:main:Subscription:Style", "smoke", "Cart:Sources:main:Subscription:Style")]
    [InlineData("Cart:Sources:main:Poll:Every", "00:00:00", "Cart:Sources:main:Poll:Every")]
    [InlineData("Cart:Identifiers", "not a uri", "Cart:Identifiers")]
    [InlineData("Cart:Protocol", " ", "Cart:Protocol")]
    [InlineData("Cart:Telemetry:OtlpEndpoint", "collector", "Cart:Telemetry:OtlpEndpoint")]
    [InlineData("Cart:Telemetry:OtlpProtocol", "http/json", "Cart:Telemetry:OtlpProtocol")]
    [InlineData("Cart:Codes:Enable:0", "http://loinc.org", "Cart:Codes:Enable")]
    [InlineData("Cart:FirstSight:LongestWait", "00:00:00", "Cart:FirstSight:LongestWait")]
    [InlineData("Cart:Timezone2", "x", "Cart")]
    public void One_bad_value_stops_the_start(string key, string value, string named)
    {
        var fault = Assert.Single(Faults((key, value)));

        Assert.StartsWith(named + ": ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://lab.example.org/fhir", "hospital", false)]
    [InlineData("https://lab.example.org/fhir", "lab", true)]
    [InlineData("https://EHR.example.org/fhir/", "hospital", true)]
    public void Sources_of_one_namespace_are_one_server(string other, string itsNamespace, bool accepted)
    {
        var faults = Faults(
            ("Cart:Sources:main:Namespace", "hospital"), ("Cart:Sources:lab:Namespace", itsNamespace), ("Cart:Sources:lab:BaseUrl", other),
            ("Cart:Sources:lab:Provides:0", "labs"), ("Cart:Sources:lab:Subscription:Secrets:0", "another-hook-secret-of-the-site"));

        if (accepted) Assert.Empty(faults);
        else Assert.StartsWith("Cart:Sources: lab, main share the Namespace 'hospital' and have different BaseUrls", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("http://localhost:0", true)]
    [InlineData("http://[::1]:5000", true)]
    [InlineData("http://0.0.0.0:5000", false)]
    [InlineData("http://+:5000", false)]
    [InlineData("http://192.0.2.1:5000", false)]
    public void Authentication_may_be_off_on_loopback_only(string urls, bool accepted)
    {
        var faults = Faults(("Cart:Api:Authentication", "none"), ("Cart:Api:Secrets:0", null), ("urls", urls));

        Assert.Equal(accepted, faults.Count == 0);
    }

    [Fact]
    public void No_fault_repeats_a_secret()
    {
        var faults = Faults(("Cart:Api:Secrets:0", "pa:ss"), ("Cart:Sources:main:Subscription:Secrets:0", "wo:rd"));

        Assert.NotEmpty(faults);
        Assert.DoesNotContain(faults, fault => fault.Contains("pa:ss", StringComparison.Ordinal) || fault.Contains("wo:rd", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Faults(params (string Key, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?>(Good, StringComparer.Ordinal);
        foreach (var (key, value) in changes)
        {
            if (value is null) values.Remove(key);
            else values[key] = value;
        }
        try
        {
            Read(values);
            return [];
        }
        catch (CartOptionsException e)
        {
            return e.Faults;
        }
    }

    private static CartOptions Read(Dictionary<string, string?> values) =>
        CartOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
