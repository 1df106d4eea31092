using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Acceptance;

/// <summary>A laboratory changes its mind, and so does the chart.</summary>
public sealed class CorrectionTests
{
    private const string Severe = "severe-persistent-cytopenia";

    public enum Below
    {
        /// <summary>As a Quantity with a comparator.</summary>
        Comparator,

        /// <summary>As text, as some laboratories send it.</summary>
        Text,
    }

    [Theory]
    [Trait("acceptance", "h")]
    [InlineData(Below.Comparator)]
    [InlineData(Below.Text)]
    public async Task An_ANC_below_a_tenth_that_is_corrected_to_1_1_closes_the_alert(Below form)
    {
        await using var ward = await Ward.OpenAsync();
        ward.Admit("p1");
        ward.Chart(Clinical.Neutrophils("p1", "anc-1", Ward.Day(21), 0.3m), BelowATenth(form));
        await ward.FlagAsync("p1", Severe, "active");
        await ward.Hospital.UntilAsync("proposals", _ => Proposals(ward) > 0 ? "some" : null);

        ward.Chart(Clinical.Neutrophils("p1", "anc-2", Ward.Day(22), 1.1m, "corrected"));

        await ward.FlagAsync("p1", Severe, "entered-in-error");
        Assert.Single(ward.Hospital.Flags("p1", Severe));
        var assessment = await ward.AssessmentAsync("p1", "no alert", each => each["flags"]!.AsArray().All(flag => Hospital.Text(flag!["code"]) != Severe));
        Assert.Equal(1100m, assessment["lineages"]!["anc"]!["latest"]!["value"]!.GetValue<decimal>());
        await ward.Hospital.UntilAsync("a CarePlan without medicines", _ =>
            Hospital.Activities(ward.Hospital.CarePlan("p1")!).Any(code => code.StartsWith("consider-", StringComparison.Ordinal)) ? null : "none");
    }

    [Fact]
    [Trait("acceptance", "i")]
    public async Task A_count_that_was_entered_in_error_takes_its_alert_with_it()
    {
        await using var ward = await Ward.OpenAsync();
        await RaiseAsync(ward);

        var retracted = ward.Hospital.Ehr.Read("Observation", "plt-2")!;
        retracted["status"] = "entered-in-error";
        ward.Chart(retracted);

        await AssertWithdrawnAsync(ward);
    }

    [Fact]
    [Trait("acceptance", "i")]
    public async Task A_count_that_was_deleted_takes_its_alert_with_it()
    {
        await using var ward = await Ward.OpenAsync();
        await RaiseAsync(ward);

        Assert.True(ward.Hospital.Ehr.Delete("Observation", "plt-2"));
        // A subscription speaks of new content only; a server that tells of deletes does it like this.
        await TellDeletedAsync(ward, "Observation", "plt-2");

        await AssertWithdrawnAsync(ward);
    }

    private static async Task RaiseAsync(Ward ward)
    {
        ward.Admit("p1");
        ward.Chart(Clinical.Platelets("p1", "plt-1", Ward.Day(21), 12), Clinical.Platelets("p1", "plt-2", Ward.Day(23), 11));
        await ward.FlagAsync("p1", Severe, "active");
    }

    private static async Task AssertWithdrawnAsync(Ward ward)
    {
        await ward.FlagAsync("p1", Severe, "entered-in-error");
        await ward.Cart.AtRestAsync();
        Assert.Single(ward.Hospital.Flags("p1", Severe));
        await ward.AssessmentAsync("p1", "the first count alone", each =>
            Hospital.Text(each["lineages"]!["platelets"]!["latest"]!["on"]) == DateOnly.FromDateTime(Ward.Day(21).UtcDateTime).ToString("O"));
    }

    private static async Task TellDeletedAsync(Ward ward, string type, string id)
    {
        var bundle = $$$"""
            {"resourceType":"Bundle","type":"history","entry":[
             {"resource":{"resourceType":"Parameters","parameter":[
               {"name":"subscription","valueReference":{"reference":"Subscription/of-deletes"}},
               {"name":"status","valueCode":"active"},{"name":"type","valueCode":"event-notification"},
               {"name":"notification-event","part":[{"name":"event-number","valueString":"1"},{"name":"focus","valueReference":{"reference":"{{{type}}}/{{{id}}}"}}]}]}},
             {"fullUrl":"{{{ward.Hospital.Base}}}/{{{type}}}/{{{id}}}","request":{"method":"DELETE","url":"{{{type}}}/{{{id}}}"},"response":{"status":"204"}}]}
            """;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/fhir/hook/main") { Content = new StringContent(bundle, Encoding.UTF8, "application/fhir+json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CartProcess.HookSecret);
        using var answer = await ward.Cart.Http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static JsonObject BelowATenth(Below form)
    {
        var count = Clinical.Neutrophils("p1", "anc-2", Ward.Day(22), 0.1m);
        if (form == Below.Comparator)
        {
            count["valueQuantity"]!["comparator"] = "<";
            return count;
        }
        count.Remove("valueQuantity");
        count["valueString"] = "<0.1 10*3/uL";
        return count;
    }

    private static int Proposals(Ward ward) => ward.Hospital.CarePlan("p1") is { } plan ? Hospital.Activities(plan).Count() : 0;
}
