using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CarT.Fhir.UnitTests.FhirSdk;

public class UnknownContentTests
{
    [Theory]
    [InlineData("""  "vendorField":1  """)]
    [InlineData("""  "vendorField":{"deep":[{"status":"entered-in-error"}]}  """)]
    [InlineData("""  "_vendorField":[null,{"id":"x"}]  """)]
    [InlineData("""  "_":"only an underscore"  """)]
    [InlineData("""  "valueNewType":{"a":1}  """)]
    public void Unknown_members_do_not_hide_the_known_ones(string unknown)
    {
        var observation = Sdk.Observation($$"""{{unknown}},"status":"final" """);

        Assert.Equal(ObservationStatus.Final, observation.Status);
        Assert.Null(observation.Value);
    }

    [Fact]
    public void A_name_in_another_case_is_the_same_name_and_cannot_be_given_twice()
    {
        Assert.Equal("yes", Sdk.Observation("""  "ValueString":"no","valueSTRING":"yes"  """).Value?.ToString());
        Assert.Equal(["JSON129"], Sdk.Refused("""{"resourceType":"Observation","status":"final","Status":"amended"}""").Exceptions.Select(error => error.ErrorCode));
    }

    [Fact]
    public void An_unknown_member_is_an_error_in_strict_mode()
    {
        var failure = Assert.Throws<DeserializationFailedException>(
            () => JsonSerializer.Deserialize<Resource>("""{"resourceType":"Observation","status":"final","vendorField":1}""", Sdk.Strict));

        Assert.Equal(["JSON118"], failure.Exceptions.Select(error => error.ErrorCode));
        Assert.Equal(ObservationStatus.Final, Assert.IsType<Observation>(failure.PartialResult).Status);
    }

    [Fact]
    public void An_unknown_code_keeps_its_text_and_cannot_be_taken_for_a_known_one()
    {
        var observation = Sdk.Observation("""  "status":"verified"  """);

        Assert.Equal("verified", observation.StatusElement!.ObjectValue);
        Assert.Throws<InvalidCastException>(() => observation.Status);
        Assert.Contains("\"status\":\"verified\"", Sdk.Write(observation), StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_are_told_apart_by_case() =>
        Assert.Throws<InvalidCastException>(() => Sdk.Observation("""  "status":"Final"  """).Status);

    [Fact]
    public void An_absent_code_is_null() => Assert.Null(Sdk.Observation("""  "id":"a"  """).Status);

    [Fact]
    public void A_resource_of_unknown_type_is_refused()
    {
        var failure = Sdk.Refused("""{"resourceType":"NoSuchThing","id":"a"}""");

        Assert.Equal(["JSON116"], failure.Exceptions.Select(error => error.ErrorCode));
        Assert.Null(failure.PartialResult);
    }

    [Fact]
    public void A_bundle_with_an_entry_of_unknown_type_is_refused_and_the_other_entries_are_read()
    {
        var failure = Sdk.Refused("""
            {"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"NoSuchThing","a":[{}]}},{"resource":{"resourceType":"Patient","id":"p1"}}]}
            """);

        var error = Assert.Single(failure.Exceptions);
        Assert.Equal("JSON116", error.ErrorCode);
        Assert.Contains("Bundle.entry[0].resource", error.Message, StringComparison.Ordinal);
        var bundle = Assert.IsType<Bundle>(failure.PartialResult);
        Assert.Null(bundle.Entry[0].Resource);
        Assert.Equal("p1", bundle.Entry[1].Resource!.Id);
    }

    [Fact]
    public void A_contained_resource_of_another_type_keeps_its_identity_and_does_not_hide_the_rest()
    {
        var observation = Sdk.Observation("""
            "contained":[{"resourceType":"Practitioner","id":"pr1","name":[{"family":"x"}],"gender":"other"}],"performer":[{"reference":"#pr1"}],"status":"final"
            """);

        var practitioner = observation.FindContainedResource(observation.Performer[0])!;
        Assert.Equal(("Practitioner", "pr1"), (practitioner.TypeName, practitioner.Id));
        Assert.Equal(ObservationStatus.Final, observation.Status);
    }

    [Fact]
    public void Entries_of_other_types_are_read_as_resources_with_their_type()
    {
        var bundle = Sdk.Read<Bundle>("""
            {"resourceType":"Bundle","type":"searchset","entry":[
             {"resource":{"id":"e1","meta":{"versionId":"3"},"resourceType":"Encounter","status":"finished","class":{"code":"IMP"}}},{"resource":{"resourceType":"Patient","id":"p1"}}]}
            """);

        Assert.Equal([("Encounter", "e1"), ("Patient", "p1")], bundle.Entry.Select(entry => (entry.Resource!.TypeName, entry.Resource.Id!)));
        Assert.Equal("3", bundle.Entry[0].Resource!.VersionId);
    }

    [Fact]
    public void A_resource_that_is_not_of_the_expected_type_is_refused() =>
        Assert.Throws<InvalidCastException>(() => JsonSerializer.Deserialize<Observation>("""{"resourceType":"Patient","id":"p1"}""", Sdk.Tolerant));
}
