using System.Text.Json;
using Hl7.Fhir.Model;
using Xunit;

namespace CarT.Fhir.UnitTests.FhirSdk;

public class RoundTripTests
{
    public static TheoryData<string> Shapes() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples", "shapes"), "*.json").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_that_we_exchange_is_written_as_it_was_read(string shape)
    {
        var json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", "shapes", shape));

        var resource = JsonSerializer.Deserialize<Resource>(json, Sdk.Strict)!;

        JsonSame.Assert(json, Sdk.Write(resource));
    }

    [Theory]
    [InlineData("0.10")]
    [InlineData("0.1")]
    [InlineData("10.0")]
    [InlineData("-0.50")]
    [InlineData("100000")]
    [InlineData("0.000000000000000001")]
    [InlineData("1234567890123456.10")]
    [InlineData("0.30000000000000004")]
    [InlineData("0.1234567890123456789012345678")]
    public void A_decimal_keeps_its_digits(string digits)
    {
        var json = $$$"""{"resourceType":"Observation","valueQuantity":{"value":{{{digits}}}}}""";

        Assert.Equal(json, Sdk.Write(Sdk.Read<Observation>(json)));
    }

    [Theory]
    [InlineData("1e2", "100")]
    [InlineData("1.5E+3", "1500")]
    [InlineData("2.50e-1", "0.250")]
    [InlineData("5E-1", "0.5")]
    public void An_exponent_is_read_as_the_number_that_it_writes(string written, string value)
    {
        var quantity = Assert.IsType<Quantity>(Sdk.Observation($$$"""  "valueQuantity":{"value":{{{written}}}}  """).Value);

        Assert.Equal(value, quantity.Value!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("""  "valueQuantity":{"value":1}  """, typeof(Quantity))]
    [InlineData("""  "valueCodeableConcept":{"text":"a"}  """, typeof(CodeableConcept))]
    [InlineData("""  "valueString":"<0.1"  """, typeof(FhirString))]
    [InlineData("""  "valueBoolean":false  """, typeof(FhirBoolean))]
    [InlineData("""  "valueInteger":7  """, typeof(Integer))]
    [InlineData("""  "valueRange":{"low":{"value":1},"high":{"value":2}}  """, typeof(Hl7.Fhir.Model.Range))]
    [InlineData("""  "valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}  """, typeof(Ratio))]
    [InlineData("""  "valueSampledData":{"origin":{"value":0},"period":10.0,"dimensions":1,"data":"1 2"}  """, typeof(SampledData))]
    [InlineData("""  "valueTime":"12:30:00"  """, typeof(Time))]
    [InlineData("""  "valueDateTime":"2026-03"  """, typeof(FhirDateTime))]
    [InlineData("""  "valuePeriod":{"start":"2026-03-01","end":"2026-03-02"}  """, typeof(Period))]
    public void Every_form_of_a_value_is_read_and_written(string member, Type type)
    {
        var observation = Sdk.Observation(member);

        Assert.IsType(type, observation.Value);
        JsonSame.Assert($$"""{"resourceType":"Observation",{{member}}}""", Sdk.Write(observation));
    }

    [Theory]
    [InlineData("""  "effectiveDateTime":"2026-03-01T08:00:00+02:00"  """)]
    [InlineData("""  "effectiveInstant":"2026-03-01T08:00:00.123+02:00"  """)]
    [InlineData("""  "effectivePeriod":{"end":"2026-03-01"}  """)]
    [InlineData("""  "effectiveTiming":{"event":["2026-03-01","2026-03-02"],"repeat":{"boundsPeriod":{"start":"2026"},"frequency":1,"period":2.0,"periodUnit":"wk","dayOfWeek":["mon"]}}  """)]
    public void Every_form_of_a_time_is_read_and_written(string member) =>
        JsonSame.Assert($$"""{"resourceType":"Observation",{{member}}}""", Sdk.Write(Sdk.Observation(member)));

    [Fact]
    public void A_primitive_keeps_its_id_and_extensions_with_and_without_a_value()
    {
        const string Json = """
            {"resourceType":"Observation","status":"final","_status":{"id":"s1"},
             "_effectiveDateTime":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}}
            """;

        var observation = Sdk.Read<Observation>(Json);

        var effective = Assert.IsType<FhirDateTime>(observation.Effective);
        Assert.Null(effective.Value);
        Assert.Equal("unknown", effective.GetExtensionValue<Code>("http://hl7.org/fhir/StructureDefinition/data-absent-reason")?.Value);
        Assert.Equal("s1", observation.StatusElement!.ElementId);
        JsonSame.Assert(Json, Sdk.Write(observation));
    }

    [Theory]
    [InlineData("""  "given":["Ada",null,"Eve"],"_given":[null,{"id":"g2"},{"id":"g3"}]  """)]
    [InlineData("""  "_given":[null,{"id":"g2"}],"given":["Ada","Eve"]  """)]
    [InlineData("""  "given":["Ada","Eve"]  """)]
    [InlineData("""  "_given":[{"id":"g1"}]  """)]
    public void Values_and_companions_of_an_array_stay_aligned(string members)
    {
        var json = $$"""{"resourceType":"Patient","name":[{ {{members}} }]}""";

        JsonSame.Assert(json, Sdk.Write(Sdk.Read<Patient>(json)));
    }

    [Fact]
    public void Contained_resources_are_read_as_what_they_are_and_found_by_reference()
    {
        const string Json = """
            {"resourceType":"MedicationAdministration","contained":[{"resourceType":"Medication","id":"m1","code":{"text":"filgrastim"}},{"resourceType":"Specimen","id":"s1"}],
             "status":"completed","medicationReference":{"reference":"#m1"}}
            """;

        var administration = Sdk.Read<MedicationAdministration>(Json);

        var reference = Assert.IsType<ResourceReference>(administration.Medication);
        Assert.True(reference.IsContainedReference);
        Assert.Equal("filgrastim", Assert.IsType<Medication>(administration.FindContainedResource(reference)).Code!.Text);
        Assert.Null(administration.FindContainedResource(new ResourceReference("#m2")));
        JsonSame.Assert(Json, Sdk.Write(administration));
    }

    [Theory]
    [InlineData("""{"birthDate":"1970","resourceType":"Patient","id":"p1"}""")]
    [InlineData("""{"id":"p1","resourceType":"Patient","birthDate":"1970"}""")]
    public void The_order_of_the_members_does_not_matter(string json)
    {
        var patient = Sdk.Read<Patient>(json);

        Assert.Equal(("p1", "1970"), (patient.Id, patient.BirthDate));
    }

    [Fact]
    public void Escaped_names_and_texts_are_read_as_what_they_say() =>
        Assert.Equal("a\"b\u00e9\n", Sdk.Observation("""  "valu\u0065String":"a\"b\u00e9\n"  """).Value!.ToString());

    [Fact]
    public void Many_different_codes_are_never_taken_for_one_another()
    {
        var random = new Random(20221);
        var codes = Enumerable.Range(0, 20_000).Select(_ => random.Next(12) == 0 ? $"µ{random.Next()}" : $"{random.Next(40_000)}-{random.Next(9)}");

        foreach (var code in codes)
            Assert.Equal(code, JsonSerializer.Deserialize<Coding>($$"""{"code":"{{code}}"}""", Sdk.Tolerant)!.Code);
    }

    [Fact]
    public void A_data_type_can_be_read_on_its_own()
    {
        var quantity = JsonSerializer.Deserialize<Quantity>("""{"value":1.50,"comparator":"<","unit":"K/uL"}""", Sdk.Tolerant)!;

        Assert.Equal((1.50m, Quantity.QuantityComparator.LessThan, "K/uL"), (quantity.Value, quantity.Comparator, quantity.Unit));
    }

#if !FHIR_SDK_FIRELY
    // The Firely SDK writes the same number in the digits of System.Decimal.
    [Theory]
    [InlineData("1E3", "1000")]
    [InlineData("1.0e0", "1.0")]
    [InlineData("2.50e-3", "0.00250")]
    [InlineData("-1E+2", "-100")]
    [InlineData("-0", "0")]
    [InlineData("0.12345678901234567890123456789", "0.1234567890123456789012345679")]
    public void A_decimal_is_written_as_it_was_sent_until_another_value_is_set(string digits, string value)
    {
        var observation = Sdk.Observation($$"""  "valueQuantity":{"value":{{digits}}}  """);
        var quantity = Assert.IsType<Quantity>(observation.Value);

        Assert.Equal(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), quantity.Value);
        Assert.Contains($$"""{"value":{{digits}}}""", Sdk.Write(observation), StringComparison.Ordinal);
        quantity.ValueElement!.Value = 7.0m;
        Assert.Contains("""{"value":7.0}""", Sdk.Write(observation), StringComparison.Ordinal);
    }
#endif

    [Fact]
    public void Empty_lists_are_not_written()
    {
        var observation = new Observation { Status = ObservationStatus.Final };

        Assert.Empty(observation.Category);
        Assert.Empty(observation.Extension);
        Assert.Equal("""{"resourceType":"Observation","status":"final"}""", Sdk.Write(observation));
    }
}
