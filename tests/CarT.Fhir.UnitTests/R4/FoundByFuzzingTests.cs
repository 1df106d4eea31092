using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Input;
using CarT.Fhir.R4.Reading;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

/// <summary>Documents that were read as something else than they say, or not at all, before the fuzzer found them.</summary>
public sealed class FoundByFuzzingTests
{
    /// <summary>System.Text.Json rounds what a decimal cannot hold, without an error: 1e-400 was 0 platelets.</summary>
    [Theory]
    [InlineData("1e-400")]
    [InlineData("1e-29")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("0.00000000000000000000000000001")]
    [InlineData("18.00000000000000000000000000001")]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("-18.00000000000000000000000000001")]
    public void A_number_that_no_decimal_holds_exactly_is_refused_and_not_rounded(string value)
    {
        var json = Count(Platelets, value, "10*9/L");

        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(Read(json)).Code);
        Assert.Equal(new ReadProblem(ReadProblemCodes.ElementInvalid, "Observation.valueQuantity.value"), FhirJson.Read(Utf8(json)).Problem);
    }

    [Theory]
    [InlineData("18.00000000000000000000000000000000000000")]
    [InlineData("1.8e1")]
    [InlineData("1800E-2")]
    [InlineData("0.0000000000000000000000000018E28")]
    public void A_number_that_is_only_written_at_length_is_read(string value) =>
        Assert.Equal(18_000m, Assert.Single(Read(Count(Platelets, value, "10*9/L")).CellCounts).Value);

    /// <summary>The later form won: 1.9 was read as below 0.1.</summary>
    [Theory]
    [InlineData(""" "valueQuantity":{"value":1.9,"unit":"10*9/L"},"valueString":"<0.10 10*9/L" """)]
    [InlineData(""" "valueString":"<0.10 10*9/L","valueQuantity":{"value":1.9,"unit":"10*9/L"} """)]
    [InlineData(""" "valueQuantity":{"value":1.9,"unit":"10*9/L"},"_valueString":{"id":"x"} """)]
    public void A_result_in_two_forms_is_refused(string values) =>
        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(Read(Observation(Loinc(Anc), values))).Code);

    [Theory]
    [InlineData(""" "effectivePeriod":{"end":"2026-03-20"},"effectiveDateTime":"2026-03-23" """)]
    [InlineData(""" "effectiveInstant":"2026-03-20T08:00:00Z","effectiveDateTime":"2026-03-23" """)]
    public void A_time_in_two_forms_is_refused(string times) =>
        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(Read(Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("1.9", "10*9/L"), time: times))).Code);

    [Fact]
    public void A_form_and_its_companion_are_one() =>
        Assert.Single(Read(Observation(Loinc(Anc), """ "_valueString":{"id":"x"},"valueString":"<0.10 10*9/L" """)).CellCounts);

    [Fact]
    public void A_reference_with_a_line_break_behind_it_names_nobody() =>
        Assert.Equal(DataQualityCodes.PatientMissing, OnlyRefusal(Read(Observation(Loinc(Platelets), "\"valueQuantity\":" + Quantity("18", "10*9/L"),
            subject: """ "subject":{"reference":"Patient/p1\n"} """))).Code);

    [Theory]
    [InlineData("2026-03-23\\n")]
    [InlineData("2026-03-23T06:30:00Z\\n")]
    public void A_time_with_a_line_break_behind_it_is_none(string time) =>
        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(Read(Observation(Loinc(Platelets), "\"valueQuantity\":" + Quantity("18", "10*9/L"),
            time: $$""" "effectiveDateTime":"{{time}}" """))).Code);

    /// <summary>The SDK makes midnight UTC of it.</summary>
    [Theory]
    [InlineData("2026-03-23")]
    [InlineData("2026-03-23Z")]
    [InlineData("2026")]
    [InlineData("2026-03-23T06Z")]
    [InlineData("2026-03-23T06:30:00")]
    public void A_moment_that_is_none_is_refused_also_in_a_contained_member(string time)
    {
        var member = $$"""{"resourceType":"Observation","id":"m","status":"final","code":{{Loinc(Platelets)}},"valueQuantity":{{Quantity("18", "10*9/L")}},"effectiveInstant":"{{time}}"}""";
        var panel = Resource("Observation", "\"status\":\"final\"", "\"code\":{\"text\":\"panel\"}", "\"subject\":{\"reference\":\"Patient/p1\"}",
            $"\"contained\":[{member}]", "\"hasMember\":[{\"reference\":\"#m\"}]");

        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(Read(panel)).Code);
        Assert.Equal("Observation.contained[0].effectiveInstant", FhirJson.Read(Utf8(panel)).Problem?.Path);
        Assert.Equal(DataQualityCodes.ResourceInvalid, OnlyRefusal(Read(Observation(Loinc(Platelets), "\"valueQuantity\":" + Quantity("18", "10*9/L"),
            time: $"\"effectiveInstant\":\"{time}\""))).Code);
    }

    /// <summary>The command line ended with an exception.</summary>
    [Theory]
    [InlineData("\\ud83d")]
    [InlineData("\u00c3(")]
    public void A_text_that_is_none_spoils_its_own_resource_and_no_other(string text)
    {
        // Each character of the text as one byte: what is no escape is no UTF-8.
        byte[] broken = [.. "{\"resourceType\":\""u8, .. text.Select(character => (byte)character), .. "\",\"id\":\"x\"}"u8];
        byte[] bundle = [.. "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":"u8, .. broken, .. "},{\"resource\":"u8, .. Utf8(Count(Platelets, "18", "10*9/L")), .. "}]}"u8];

        Assert.Single(Input(broken).Refused);
        Assert.Single(Input(bundle).Versions);
        Assert.Equal("-#0", Assert.Single(Input(bundle).Refused).Resource);
    }

    [Fact]
    public void Of_a_Bundle_or_an_entry_that_gives_a_member_twice_nothing_is_read()
    {
        var count = Count(Platelets, "18", "10*9/L");
        var other = Count(Anc, "0.3", "10*9/L");
        var twoLists = Input(Utf8($$"""{"resourceType":"Bundle","entry":[{"resource":{{count}}}],"entry":[{"resource":{{other}}}]}"""));
        var twoResources = Input(Utf8($$"""{"resourceType":"Bundle","entry":[{"resource":{{count}},"resource":{{other}}},{"resource":{{count}}}]}"""));

        Assert.Empty(twoLists.Versions);
        Assert.Single(twoLists.Refused);
        Assert.Single(twoResources.Versions);
        Assert.Equal("-#0", Assert.Single(twoResources.Refused).Resource);
    }

    private static InputResult Input(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return InputReader.Read(["-"], stream, Context);
    }
}
