using System.Text;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Reading;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

public sealed class ScanTests
{
    [Theory]
    [InlineData("", ReadProblemCodes.NotJson, "resource")]
    [InlineData("{", ReadProblemCodes.NotJson, "resource")]
    [InlineData("{\"resourceType\":\"Observation\",\"code\":{\"text\":}", ReadProblemCodes.NotJson, "Observation.code.text")]
    [InlineData("{\"resourceType\":\"Observation\"} {}", ReadProblemCodes.NotJson, "Observation")]
    [InlineData("{\"resourceType\":\"Observation\",}", ReadProblemCodes.NotJson, "Observation.resourceType")]
    [InlineData("{\"resourceType\":\"Observation\",\"note\":\"\\ud800\"}", ReadProblemCodes.NotJson, "Observation.note")]
    [InlineData("[]", ReadProblemCodes.NotAnObject, "resource")]
    [InlineData("7", ReadProblemCodes.NotAnObject, "resource")]
    [InlineData("null", ReadProblemCodes.NotAnObject, "resource")]
    [InlineData("{}", ReadProblemCodes.NoResourceType, "resource")]
    [InlineData("{\"resourceType\":\"Observation\",\"id\":\"1\",\"id\":\"2\"}", ReadProblemCodes.DuplicateKey, "Observation.id")]
    [InlineData("{\"resourceType\":\"Observation\",\"id\":\"1\",\"\\u0069d\":\"2\"}", ReadProblemCodes.DuplicateKey, "Observation.id")]
    [InlineData("{\"resourceType\":\"Observation\",\"component\":[{},{\"valueQuantity\":{\"value\":1,\"value\":2}}]}", ReadProblemCodes.DuplicateKey, "Observation.component[1].valueQuantity.value")]
    [InlineData("{\"resourceType\":\"Observation\",\"Jane Doe\":1,\"Jane Doe\":2}", ReadProblemCodes.DuplicateKey, "Observation.?")]
    public void Bytes_that_are_no_resource_are_refused_with_a_permanent_code_and_the_element(string json, string code, string path)
    {
        var problem = FhirJsonScan.Scan(Utf8(json)).Problem;
        Assert.Equal((code, path), (problem?.Code, problem?.Path));
        Assert.Contains(code, Assert.Single(Read(json).Refusals).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Nesting_is_limited_to_64_levels(int levels, bool isAllowed)
    {
        var json = "{\"resourceType\":\"Basic\",\"x\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}";
        Assert.Equal(isAllowed ? null : ReadProblemCodes.TooDeep, FhirJsonScan.Scan(Utf8(json)).Problem?.Code);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        byte[] latin1 = [.. Utf8("{\"resourceType\":\"Patient\",\"x\":\""), 0xE9, .. Utf8("\"}")];
        Assert.Equal(ReadProblemCodes.NotUtf8, FhirJsonScan.Scan(latin1).Problem?.Code);
        Assert.Equal(ReadProblemCodes.NotUtf8, FhirJsonScan.Scan(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("{}")).ToArray()).Problem?.Code);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped_and_does_not_change_the_hash()
    {
        var json = Count(Anc, "0.3", "10*3/uL");
        byte[] marked = [0xEF, 0xBB, 0xBF, .. Utf8(json)];
        var version = CarT.Fhir.R4.Facts.FactReader.Read(marked, Context);
        Assert.Single(version.CellCounts);
        Assert.Equal(Read(json).ContentHash, version.ContentHash);
    }

    [Theory]
    [InlineData("""{"resourceType":"Observation","id":"1","":1}""")]
    [InlineData("""{"resourceType":"Observation","id":"1","_":{"":{}}}""")]
    [InlineData("""{"resourceType":"Observation","id":"1","contained":[{"resourceType":"DomainResource","id":"2"}]}""")]
    [InlineData("""{"resourceType":"Observation","id":"1","contained":[{"resourceType":"Resource","id":"2"}]}""")]
    public void A_member_without_a_name_and_an_abstract_type_throw_at_nobody(string json)
    {
        var version = Read(json);

        Assert.Equal("1", version.Resource.Id);
        Assert.Empty(version.CellCounts);
    }

    [Fact]
    public void The_header_is_read_on_the_way()
    {
        var header = FhirJsonScan.Scan(Utf8("""{"id":"1","component":[{"status":"x"}],"meta":{"versionId":"7","lastUpdated":"2026-01-01T00:00:00Z","tag":[{"code":"status"}]},"status":"final","subject":{"reference":"Patient/p1","display":"x"},"resourceType":"Observation"}""")).Header;
        Assert.Equal(("Observation", "1", "final", "7", "2026-01-01T00:00:00Z", "Patient/p1"), (header.Type, header.Id, header.Status, header.VersionId, header.LastUpdated, header.Subject));
    }

    [Fact]
    public void The_scan_never_throws_whatever_the_bytes()
    {
        var text = Encoding.UTF8.GetBytes(Count(Anc, "0.3", "10*3/uL"));
        var damaged = from position in Gen.Choose(0, text.Length - 1)
                      from value in Gen.Choose(0, 255)
                      from length in Gen.Choose(1, text.Length)
                      select (position, value, length);
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2000), Prop.ForAll(damaged.ToArbitrary(), damage =>
        {
            var bytes = text.ToArray();
            bytes[damage.position] = (byte)damage.value;
            var version = CarT.Fhir.R4.Facts.FactReader.Read(bytes.AsMemory(0, damage.length), Context);
            return version.ContentHash.Length == 64;
        }));
    }

    [Theory]
    [InlineData("{\"resourceType\":\"Observation\",\"id\":\"1\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"751-8\"}]},\"valueQuantity\":{\"value\":\"0.3\"}}", "Observation.value")]
    [InlineData("{\"resourceType\":\"Observation\",\"id\":\"1\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"751-8\"}]},\"referenceRange\":{\"low\":1}}", "Observation.referenceRange")]
    public void An_element_that_is_no_fhir_is_refused_with_its_path_and_its_lineage(string json, string path)
    {
        var refusal = OnlyRefusal(Read(json));
        Assert.Equal((DataQualityCodes.ResourceInvalid, Lineages.Anc), (refusal.Code, refusal.Concern));
        Assert.StartsWith(path, refusal.Slot, StringComparison.Ordinal);
        Assert.DoesNotContain("0.3", refusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_element_in_a_dose_an_infusion_or_a_transfusion_is_refused_with_what_it_was_about()
    {
        const string broken = "\"reasonCode\":7";
        Assert.Equal([Concerns.TpoRa, Concerns.Infusion, Concerns.Transfusion], new[]
        {
            Administration(Medication((RxNorm, "711942")), more: [broken]), Procedure(Concept((Cpt, "38228")), more: [broken]), Procedure(Concept((Cpt, "36430")), more: [broken]),
        }.Select(json => OnlyRefusal(Read(json))).Where(refusal => refusal is { Code: DataQualityCodes.ResourceInvalid, Time: not null }).Select(refusal => refusal.Concern));
    }

    [Fact]
    public void A_broken_element_in_a_result_that_does_not_concern_us_is_no_error() =>
        Assert.Equal(NotRelevantReasons.CodeNotUsed, Read(Observation(Loinc("8867-4"), "\"valueQuantity\":{\"value\":\"fast\"}")).NotRelevant);

    [Fact]
    public void P3_2_the_canonical_form_sorts_keys_and_keeps_numbers_as_received()
    {
        const string received = "{ \"b\" : [ 1.50 , 1e3, true, null ],\n \"a\" : \"\\u00e9\\/\\n\\u0001\\\"\", \"B\": {} }";
        Assert.Equal("{\"B\":{},\"a\":\"é/\\n\\u0001\\\"\",\"b\":[1.50,1e3,true,null]}", Encoding.UTF8.GetString(ContentHash.Canonical(Utf8(received)).Span));
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", ContentHash.Of(Utf8(" { } ")));
    }

    [Fact]
    public void P3_2_layout_does_not_change_the_hash_and_digits_do()
    {
        Assert.Equal(ContentHash.Of(Utf8("{\"a\":1,\"b\":\"x\"}")), ContentHash.Of(Utf8("{ \"b\" : \"\\u0078\",\r\n \"a\":1 }")));
        Assert.NotEqual(ContentHash.Of(Utf8("{\"a\":1.0}")), ContentHash.Of(Utf8("{\"a\":1}")));
    }

    [Fact]
    public void P3_2_what_a_server_shows_in_meta_and_FHIR_does_not_have_there_is_no_other_content()
    {
        const string Searched = """{"id":"a","meta":{"versionId":"1","lastUpdated":"2026-03-01T06:00:00Z","tag":[{"code":"t"}]},"status":"final","note":[{"meta":{"author":"b"}}]}""";
        var notified = Searched.Replace("""{"versionId":"1",""", """{"author":{"reference":"Practitioner/b"},"compartment":[],"versionId":"1",""", StringComparison.Ordinal);
        Assert.Equal(ContentHash.Of(Utf8(Searched)), ContentHash.Of(Utf8(notified)));
        foreach (var (old, other) in new[] { ("\"1\"", "\"2\""), ("06:00", "06:01"), ("final", "amended"), ("\"b\"", "\"c\""), ("\"t\"", "\"u\"") })
            Assert.NotEqual(ContentHash.Of(Utf8(Searched)), ContentHash.Of(Utf8(Searched.Replace(old, other, StringComparison.Ordinal))));
    }
}
