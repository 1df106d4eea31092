namespace Hl7.Fhir.Model;

/// <summary>What a FHIR time says and how precisely: YYYY, YYYY-MM, YYYY-MM-DD or a time of day to the hour, minute, second or fraction.</summary>
internal readonly record struct FhirTime(DateTime Local, TimeSpan? Offset, FhirTime.Part Precision)
{
    public enum Part { Year, Month, Day, Hour, Minute, Second, Fraction }

    public DateTimeOffset ToDateTimeOffset(TimeSpan defaultOffset) => new(Local, Offset ?? defaultOffset);

    public static string Format(DateTimeOffset value) =>
        value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Reads a partial or full time. False for anything that is no time of the calendar.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out FhirTime time)
    {
        time = default;
        var rest = text;
        int month = 1, day = 1, hour = 0, minute = 0, second = 0;
        var ticks = 0L;
        var precision = Part.Year;
        if (!TakeDigits(ref rest, 4, out var year)) return false;
        if (Take(ref rest, '-', 2, out month, 1)) precision = Part.Month;
        if (precision == Part.Month && Take(ref rest, '-', 2, out day, 1)) precision = Part.Day;
        if (precision == Part.Day && Take(ref rest, 'T', 2, out hour, 0)) precision = Part.Hour;
        if (precision == Part.Hour && Take(ref rest, ':', 2, out minute, 0)) precision = Part.Minute;
        if (precision == Part.Minute && Take(ref rest, ':', 2, out second, 0)) precision = Part.Second;
        if (precision == Part.Second && TakeFraction(ref rest, out ticks)) precision = Part.Fraction;
        if (!TakeOffset(ref rest, out var offset) || !rest.IsEmpty) return false;
        if (!IsOfTheCalendar(year, month, day, hour, minute, second)) return false;

        var local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).AddTicks(ticks);
        if (offset is { } zone && !IsInRange(local, zone)) return false;
        time = new(local, offset, precision);
        return true;
    }

    private static bool IsOfTheCalendar(int year, int month, int day, int hour, int minute, int second) =>
        year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour <= 23 && minute <= 59 && second <= 59;

    private static bool IsInRange(DateTime local, TimeSpan zone)
    {
        var utcTicks = local.Ticks - zone.Ticks;
        return utcTicks >= DateTime.MinValue.Ticks && utcTicks <= DateTime.MaxValue.Ticks;
    }

    private static bool Take(ref ReadOnlySpan<char> rest, char separator, int digits, out int number, int otherwise)
    {
        number = otherwise;
        if (rest.Length <= digits || rest[0] != separator) return false;
        var after = rest[1..];
        if (!TakeDigits(ref after, digits, out var taken)) return false;
        // "-05:00" after a date is an offset, not a month or a day.
        if (separator == '-' && !after.IsEmpty && after[0] == ':') return false;
        number = taken;
        rest = after;
        return true;
    }

    private static bool TakeDigits(ref ReadOnlySpan<char> rest, int count, out int number)
    {
        number = 0;
        if (rest.Length < count) return false;
        foreach (var character in rest[..count])
        {
            if (!char.IsAsciiDigit(character)) return false;
            number = (number * 10) + (character - '0');
        }
        rest = rest[count..];
        return true;
    }

    /// <summary>The fraction of a second, rounded to 100 ns.</summary>
    private static bool TakeFraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest.Length < 2 || rest[0] != '.' || !char.IsAsciiDigit(rest[1])) return false;
        var length = 1;
        for (var tenths = TimeSpan.TicksPerSecond; length < rest.Length && char.IsAsciiDigit(rest[length]); length++, tenths /= 10)
        {
            var digit = rest[length] - '0';
            if (tenths >= 10)
                ticks += digit * (tenths / 10);
            else if (tenths == 1 && digit >= 5)
                ticks++;
        }
        rest = rest[length..];
        return true;
    }

    private static bool TakeOffset(ref ReadOnlySpan<char> rest, out TimeSpan? offset)
    {
        offset = null;
        if (rest.IsEmpty) return true;
        if (rest is "Z")
        {
            offset = TimeSpan.Zero;
            rest = [];
            return true;
        }
        var isWest = rest[0] == '-';
        if (rest.Length != 6 || !(isWest || rest[0] == '+') || rest[3] != ':') return false;
        var hours = rest[1..3];
        var minutes = rest[4..6];
        if (!TakeDigits(ref hours, 2, out var hour) || !TakeDigits(ref minutes, 2, out var minute)) return false;
        if (minute > 59 || (hour * 60) + minute > 14 * 60) return false;
        offset = new TimeSpan(isWest ? -hour : hour, isWest ? -minute : minute, 0);
        rest = [];
        return true;
    }
}
