using CarT.Fhir.Hosting.Options;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Options of the hook that cannot be meant are said at start.</summary>
public sealed class DoorOptionsTests
{
    [Fact]
    public void The_defaults_of_the_hook_can_be_used_with_either_kind_of_secret()
    {
        Assert.Empty(FaultsOf(source => source.Subscription.Secrets.Add("a-secret-that-is-long")));
        Assert.Empty(FaultsOf(source => source.Subscription.SignatureSecrets.Add("may hold : and spaces")));
    }

    [Fact]
    public void Without_any_secret_the_hook_would_be_open_to_everybody() =>
        Assert.Contains("Cart:Sources:main:Subscription:Secrets", Assert.Single(FaultsOf(_ => { })), StringComparison.Ordinal);

    [Fact]
    public void Every_wrong_option_of_the_hook_is_named()
    {
        var faults = FaultsOf(source =>
        {
            source.Subscription.SignatureSecrets.Add("short");
            source.Hook = new HookOptions { RejectAs = "204", RequestsPerMinute = 0, MaxEntries = 0, BodyTimeout = TimeSpan.FromHours(1) };
        });

        Assert.Equal(
            ["Hook:BodyTimeout", "Hook:MaxEntries", "Hook:RejectAs", "Hook:RequestsPerMinute", "Subscription:SignatureSecrets:0"],
            faults.Select(fault => fault.Split(": ")[0]["Cart:Sources:main:".Length..]).Order(StringComparer.Ordinal));
    }

    private static List<string> FaultsOf(Action<SourceOptions> change)
    {
        var source = new SourceOptions { BaseUrl = "https://ehr.example.org/fhir", Provides = ["labs"] };
        change(source);
        return [.. CartOptionsReader.Check(new CartOptions { Api = new ApiOptions { Secrets = ["an-api-secret-of-ours"] }, Sources = { ["main"] = source } })];
    }
}
