using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;
using Xunit;

namespace CarT.Fhir.UnitTests.FhirSdk;

public class ReadingErrorTests
{
    [Theory]
    [InlineData("""  "code":"751-8"  """, "JSON101", "Observation.code")]
    [InlineData("""  "code":null  """, "JSON101", "Observation.code")]
    [InlineData("""  "subject":[{"reference":"Patient/p1"}]  """, "JSON101", "Observation.subject")]
    [InlineData("""  "status":{"value":"final"}  """, "JSON104", "Observation.status")]
    [InlineData("""  "status":["final"]  """, "JSON105", "Observation.status")]
    [InlineData("""  "issued":"yesterday"  """, "JSON107", "Observation.issued")]
    [InlineData("""  "valueInteger":1.5  """, "JSON108", "Observation.value")]
    [InlineData("""  "valueQuantity":{"value":1e400}  """, "JSON108", "Observation.value.value")]
    [InlineData("""  "status":null  """, "JSON109", "Observation.status")]
    [InlineData("""  "status":true  """, "JSON110", "Observation.status")]
    [InlineData("""  "valueQuantity":{"value":"0.1"}  """, "JSON110", "Observation.value.value")]
    [InlineData("""  "component":[{"valueString":"a"},{"valueString":7}]  """, "JSON110", "Observation.component[1].value")]
    [InlineData("""  "category":{"text":"lab"}  """, "JSON111", "Observation.category[0]")]
    [InlineData("""  "_code":{"text":"a"}  """, "JSON113", "Observation.code")]
    [InlineData("""  "value":1  """, "JSON114", "Observation")]
    [InlineData("""  "subject":{}  """, "JSON120", "Observation.subject")]
    [InlineData("""  "category":[]  """, "JSON121", "Observation.category[0]")]
    [InlineData("""  "status":""  """, "JSON127", "Observation.status")]
    [InlineData("""  "category":[{"text":"a"}],"category":[{"text":"b"}]  """, "JSON128", "Observation.category[1]")]
    [InlineData("""  "meta":{"profile":["a"],"profile":["b"]}  """, "JSON128", "Observation.meta.profile[1]")]
    [InlineData("""  "meta":{"profile":[null]}  """, "JSON125", "Observation.meta.profile")]
    [InlineData("""  "contained":[null]  """, "JSON101", "Observation.contained[0]")]
    [InlineData("""  "status":"final","status":"amended"  """, "JSON129", "Observation.status")]
    [InlineData("""  "code":{"text":"a"},"code":{"text":"b"}  """, "JSON129", "Observation.code")]
    [InlineData("""  "valueString":"a","valueQuantity":{"value":1}  """, "JSON129", "Observation.value")]
    public void What_is_not_fhir_is_refused_with_code_and_path(string members, string code, string path)
    {
        var failure = Sdk.Refused($$"""{"resourceType":"Observation","id":"a",{{members}}}""");

        var error = Assert.IsType<ExtendedCodedException>(Assert.Single(failure.Exceptions), exactMatch: false);
        Assert.Equal(code, error.ErrorCode);
        Assert.StartsWith(path, error.InstancePath, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal("a", Assert.IsType<Observation>(failure.PartialResult).Id);
    }

    [Theory]
    [InlineData("""{"id":"a"}""", "JSON103")]
    [InlineData("""{"resourceType":7}""", "JSON102")]
    [InlineData("""["Observation"]""", "JSON101")]
    [InlineData("\"Observation\"", "JSON101")]
    public void What_is_no_resource_is_refused(string json, string code)
    {
        var failure = Sdk.Refused(json);

        Assert.Equal([code], failure.Exceptions.Select(error => error.ErrorCode));
        Assert.Null(failure.PartialResult);
    }

    [Theory]
    [InlineData("""{"resourceType":"Observation","status":"final" """)]
    [InlineData("""{"resourceType":"Observation",}""")]
    [InlineData("""{"resourceType":"Observation","id":"a"} x""")]
    [InlineData("")]
    public void What_is_not_json_is_a_json_error(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<Resource>(json, Sdk.Tolerant));

    [Fact]
    public void Reading_goes_on_after_an_error_and_names_them_all()
    {
        var failure = Sdk.Refused("""{"resourceType":"Observation","status":1,"code":[1,{"a":[{}]}],"subject":{"reference":"Patient/p1"},"issued":""}""");

        Assert.Equal(["JSON110", "JSON101", "JSON127"], failure.Exceptions.Select(error => error.ErrorCode));
        Assert.Equal("Patient/p1", Assert.IsType<Observation>(failure.PartialResult).Subject!.Reference);
    }

    [Fact]
    public void The_path_leads_through_the_resources_of_a_bundle()
    {
        var failure = Sdk.Refused("""{"resourceType":"Bundle","entry":[{"fullUrl":"a"},{"resource":{"resourceType":"Patient","name":[{"family":"x"},{"given":["a",7]}]}}]}""");

        var error = Assert.IsType<ExtendedCodedException>(Assert.Single(failure.Exceptions), exactMatch: false);
        Assert.StartsWith("Bundle.entry[1].resource.name[1].given", error.InstancePath, StringComparison.Ordinal);
    }
}
