namespace Hl7.Fhir.Model;

/// <summary>A date or a time, as partial as it was given: YYYY, YYYY-MM, YYYY-MM-DD, or a full time with zone.</summary>
public class FhirDateTime : PrimitiveType
{
    public FhirDateTime() { }

    public FhirDateTime(string? value) => ObjectValue = value;

    public FhirDateTime(DateTimeOffset dt) : this(FhirTime.Format(dt)) { }

    public FhirDateTime(int year, int month, int day) : this($"{year:D4}-{month:D2}-{day:D2}") { }

    public FhirDateTime(int year, int month) : this($"{year:D4}-{month:D2}") { }

    public FhirDateTime(int year) : this($"{year:D4}") { }

    public override string TypeName => "dateTime";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }

    /// <summary>The moment, shown in <paramref name="zone"/>. Missing parts count as the first of the year, month and day, a missing zone as UTC.</summary>
    /// <exception cref="InvalidOperationException">There is no value.</exception>
    /// <exception cref="FormatException">The value is no time.</exception>
    public DateTimeOffset ToDateTimeOffset(TimeSpan zone)
    {
        if (Value is null) throw new InvalidOperationException("The dateTime has no value.");
        return FhirTime.TryParse(Value, out var time)
            ? time.ToDateTimeOffset(TimeSpan.Zero).ToOffset(zone)
            : throw new FormatException("The value is not a dateTime.");
    }

    /// <summary>The moment in its own zone; false where there is no value, no time or no zone.</summary>
    public bool TryToDateTimeOffset(out DateTimeOffset dto)
    {
        var isMoment = FhirTime.TryParse(Value, out var time) && time.Offset is not null;
        dto = isMoment ? time.ToDateTimeOffset(TimeSpan.Zero) : default;
        return isMoment;
    }

    /// <summary>The moment; a missing zone counts as <paramref name="defaultOffset"/>. False where there is no value or no time.</summary>
    public bool TryToDateTimeOffset(TimeSpan defaultOffset, out DateTimeOffset dto)
    {
        var isTime = FhirTime.TryParse(Value, out var time);
        dto = isTime ? time.ToDateTimeOffset(defaultOffset) : default;
        return isTime;
    }

    /// <summary>Whether the text is a FHIR dateTime: a date without zone, or a time with one.</summary>
    public static bool IsValidValue(string value) => FhirTime.TryParse(value, out var time) && time.Precision <= FhirTime.Part.Day == time.Offset is null;
}

/// <summary>A calendar date, as partial as it was given: YYYY, YYYY-MM or YYYY-MM-DD.</summary>
public class Date : PrimitiveType
{
    public Date() { }

    public Date(string? value) => ObjectValue = value;

    public Date(int year, int month, int day) : this($"{year:D4}-{month:D2}-{day:D2}") { }

    public Date(int year, int month) : this($"{year:D4}-{month:D2}") { }

    public Date(int year) : this($"{year:D4}") { }

    public override string TypeName => "date";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }

    /// <summary>Midnight UTC of the date; missing parts count as the first. False where there is no value or no date.</summary>
    public bool TryToDateTimeOffset(out DateTimeOffset dto)
    {
        var isDate = IsDate(Value, out var time);
        dto = isDate ? time.ToDateTimeOffset(TimeSpan.Zero) : default;
        return isDate;
    }

    public static bool IsValidValue(string value) => IsDate(value, out _);

    private static bool IsDate(string? value, out FhirTime time) =>
        FhirTime.TryParse(value, out time) && time.Precision <= FhirTime.Part.Day && time.Offset is null;
}

/// <summary>A moment, precise to the second at least, with its zone.</summary>
public class Instant : PrimitiveType
{
    public Instant() { }

    public Instant(DateTimeOffset? value) => ObjectValue = value;

    public override string TypeName => "instant";

    public DateTimeOffset? Value { get => (DateTimeOffset?)ObjectValue; set => ObjectValue = value; }

    public static bool IsValidValue(string value) =>
        FhirTime.TryParse(value, out var time) && time.Precision >= FhirTime.Part.Second && time.Offset is not null;
}
