using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;
using Xunit;

namespace CarT.Fhir.UnitTests.FhirSdk;

public class PrimitiveTests
{
    private static readonly TimeSpan TwoHours = TimeSpan.FromHours(2);

    [Theory]
    [InlineData("2026", "2026-01-01T00:00:00+02:00")]
    [InlineData("2026-03", "2026-03-01T00:00:00+02:00")]
    [InlineData("2026-03-25", "2026-03-25T00:00:00+02:00")]
    [InlineData("2026-03-25T09:30:00Z", "2026-03-25T09:30:00+00:00")]
    [InlineData("2026-03-25T09:30:00-05:00", "2026-03-25T09:30:00-05:00")]
    [InlineData("2026-03-25T09:30:00.125+01:00", "2026-03-25T09:30:00.125+01:00")]
    [InlineData("2026-03-25T09:30:00.123456789Z", "2026-03-25T09:30:00.1234568+00:00")]
    [InlineData("2026-03-25T09:30", "2026-03-25T09:30:00+02:00")]
    public void A_dateTime_is_as_partial_as_it_was_given(string value, string moment)
    {
        Assert.True(new FhirDateTime(value).TryToDateTimeOffset(TwoHours, out var read));
        Assert.True(read.EqualsExact(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("26-03-25")]
    [InlineData("2026-13")]
    [InlineData("2026-02-30")]
    [InlineData("2026-03-25T24:00:00Z")]
    [InlineData("2026-03-25T09:61:00Z")]
    [InlineData("2026-03-25 09:30:00Z")]
    [InlineData("2026-03-25T09:30:00.Z")]
    [InlineData("2026-03-25T09:30:00+15:00")]
    [InlineData("2026-03-25T09:30:00Zulu")]
    [InlineData("2026-3-5")]
    [InlineData("yesterday")]
    public void What_is_not_of_the_calendar_is_no_dateTime(string value)
    {
        var dateTime = new FhirDateTime(value);

        Assert.False(dateTime.TryToDateTimeOffset(TwoHours, out _));
        Assert.Throws<FormatException>(() => dateTime.ToDateTimeOffset(TwoHours));
        Assert.Equal(value, dateTime.Value);
    }

    [Fact]
    public void A_dateTime_is_shown_in_the_zone_that_is_asked_for()
    {
        Assert.Equal("2026-03-25T11:30:00.0000000+02:00", new FhirDateTime("2026-03-25T09:30:00Z").ToDateTimeOffset(TwoHours).ToString("O"));
        Assert.Equal("2026-03-25T02:00:00.0000000+02:00", new FhirDateTime("2026-03-25").ToDateTimeOffset(TwoHours).ToString("O"));
    }

    [Theory]
    [InlineData("2026-03-25", false)]
    [InlineData("2026-03-25T09:30:00", false)]
    [InlineData("2026-03-25T09:30:00Z", true)]
    public void Only_a_time_with_a_zone_is_a_moment(string value, bool isMoment) =>
        Assert.Equal(isMoment, new FhirDateTime(value).TryToDateTimeOffset(out _));

    [Fact]
    public void A_moment_becomes_a_dateTime_with_its_zone()
    {
        var moment = new DateTimeOffset(2026, 3, 25, 9, 30, 0, TimeSpan.FromHours(1));

        Assert.Equal("2026-03-25T09:30:00+01:00", new FhirDateTime(moment).Value);
        Assert.Equal("2026-03-25T09:30:00.25+01:00", new FhirDateTime(moment.AddMilliseconds(250)).Value);
        Assert.Equal("2026-03-25", new FhirDateTime(2026, 3, 25).Value);
        Assert.Equal("2026-03", new Date(2026, 3).Value);
    }

    [Fact]
    public void A_quantity_made_from_value_and_unit_is_in_ucum()
    {
        var quantity = new Quantity(50m, "mg");

        Assert.Equal((50m, "mg", "mg", "http://unitsofmeasure.org"), (quantity.Value, quantity.Unit, quantity.Code, quantity.System));
    }

    [Fact]
    public void A_text_that_is_no_number_stays_in_the_object_value()
    {
        var number = new FhirDecimal { ObjectValue = "many" };

        Assert.Throws<InvalidCastException>(() => number.Value);
        Assert.Equal("many", number.ToString());
    }

    [Theory]
    [InlineData(RequestStatus.OnHold, "on-hold")]
    [InlineData(RequestStatus.EnteredInError, "entered-in-error")]
    public void A_status_of_a_request_has_its_literal(RequestStatus status, string literal)
    {
        Assert.Equal(literal, status.GetLiteral());
        Assert.Equal(status, EnumUtility.ParseLiteral<RequestStatus>(literal));
    }

    [Fact]
    public void The_literals_that_we_write_are_those_of_R4()
    {
        Assert.Equal("entered-in-error", Flag.FlagStatus.EnteredInError.GetLiteral());
        Assert.Equal("not-started", CarePlan.CarePlanActivityStatus.NotStarted.GetLiteral());
        Assert.Equal("MedicationRequest", CarePlan.CarePlanActivityKind.MedicationRequest.GetLiteral());
        Assert.Equal("proposal", CarePlan.CarePlanIntent.Proposal.GetLiteral());
        Assert.Equal("PUT", Bundle.HTTPVerb.PUT.GetLiteral());
        Assert.Equal("transaction-response", Bundle.BundleType.TransactionResponse.GetLiteral());
        Assert.Equal(">=", Quantity.QuantityComparator.GreaterOrEqual.GetLiteral());
        Assert.Null(EnumUtility.ParseLiteral<ObservationStatus>("FINAL"));
        Assert.Equal(ObservationStatus.Final, EnumUtility.ParseLiteral<ObservationStatus>("FINAL", ignoreCase: true));
    }

    [Fact]
    public void Extensions_are_found_by_their_url()
    {
        var flag = new Flag();
        flag.AddExtension("urn:a", new FhirString("x"));
        flag.AddExtension("urn:b", new FhirBoolean(true), isModifier: true);

        Assert.Equal("x", flag.GetExtensionValue<FhirString>("urn:a")!.Value);
        Assert.Null(flag.GetExtensionValue<FhirBoolean>("urn:a"));
        Assert.True(flag.GetExtensionValue<FhirBoolean>("urn:b")!.Value);
        Assert.Single(flag.ModifierExtension);
        Assert.Null(flag.GetExtension("urn:c"));
    }
}
