using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// A second, declarative telling of P6.1, P6.2, P7.1-P7.5 and P7.7 for platelets without a TPO-RA, compared with the assessment on every day of random courses.
/// </summary>
public class LineageOracleTests
{
    [Fact]
    public void Severity_dependence_and_resolution_agree_with_the_definitions_on_every_day()
    {
        var (severeDays, resolvedDays, lostDays) = (0, 0, 0);
        for (var seed = 0; seed < 60; seed++)
        {
            var chart = new Chart(seed);
            var previous = Told.Nothing;
            for (var day = 0; day <= chart.LastDay; day++)
            {
                var told = chart.Tell(day, previous);
                var assessment = chart.Course.On(day);
                var found = (
                    assessment.HasActive(FlagCodes.SeverePersistentCytopenia),
                    assessment.HasActive(FlagCodes.TransfusionDependent),
                    assessment.Lineages.Platelets.ResolvedOn,
                    assessment.Lineages.Platelets.ConfirmedOn);
                var expected = (told.Severe, told.Dependent && day >= 21, Date(told.ResolvedDay), Date(told.ConfirmedDay));
                Assert.True(expected == found, $"seed {seed}, day {day}: {expected} expected, {found} found");
                severeDays += told.Severe ? 1 : 0;
                resolvedDays += told.ResolvedDay is null ? 0 : 1;
                lostDays += previous.ResolvedDay is not null && told.ResolvedDay is null ? 1 : 0;
                previous = told;
            }
        }

        Assert.True(severeDays > 300 && resolvedDays > 300 && lostDays > 5, "The courses are too dull to prove anything");
    }

    private static DateOnly? Date(int? day) => day is { } d ? Course.Date(d) : null;

    private sealed record Told(bool Severe, bool Dependent, int? ReferenceDay, int? ResolvedDay, int? ConfirmedDay)
    {
        public static Told Nothing { get; } = new(false, false, null, null, null);
    }

    /// <summary>Platelets at 06:30 on some days, platelet transfusions at 14:00 on others.</summary>
    private sealed class Chart
    {
        private readonly SortedDictionary<int, decimal> counts = [];
        private readonly SortedSet<int> given = [];

        public Chart(int seed)
        {
            var random = new Random(seed);
            LastDay = random.Next(40, 90);
            var good = false;
            for (var day = 1; day <= LastDay; day += random.Next(1, random.Next(12) == 0 ? 18 : 4))
            {
                if (random.Next(6) == 0) good = !good;
                counts[day] = (good ? 20_001 : 0) + random.Next(20_000);
                if (!good && random.Next(5) == 0) given.Add(day + random.Next(2));
            }

            Course = new Course().Infused();
            foreach (var (day, value) in counts) Course.Platelets((day, value));
            foreach (var day in given) Course.PlateletsGiven(day);
        }

        public Course Course { get; }

        public int LastDay { get; }

        public Told Tell(int day, Told before)
        {
            var dependent = IsDependent(day);
            var pair = LowPair(day);
            var reference = before.ReferenceDay ?? (day >= 21 && (IsLow(day) || dependent) ? day : null);
            var lost = pair is not null || (dependent && !before.Dependent);
            var (resolved, confirmed) = lost ? (null, null) : (before.ResolvedDay, before.ConfirmedDay);
            if (resolved is null && Triple(day) is { } first && first > reference) (resolved, confirmed) = (first, day);
            var severe = confirmed != day && (before.Severe || (day >= 21 && (dependent || pair >= 21)));
            return new Told(severe, dependent, reference, resolved, confirmed);
        }

        private bool IsLow(int day) => counts.TryGetValue(day, out var value) && value <= 20_000;

        private bool IsRecovered(int day) => counts.TryGetValue(day, out var value) && value > 20_000 && !given.Any(g => g < day && day - g < 7);

        private bool IsDependent(int day)
        {
            var recent = given.Where(g => g <= day && g >= day - 13).ToList();
            return recent.Count >= 2 && !Enumerable.Range(recent[0] + 1, day - recent[0]).Any(IsRecovered);
        }

        /// <summary>The values that count up to a day, newest first: neutral ones neither build nor break.</summary>
        private List<int> Counting(int day) => [.. counts.Keys.Where(d => d <= day && (IsLow(d) || IsRecovered(d))).Reverse()];

        /// <summary>The day of the first of two low values that end today.</summary>
        private int? LowPair(int day) =>
            Counting(day) is [var last, var first, ..] && last == day && IsLow(last) && IsLow(first) && last - first <= 14 ? first : null;

        /// <summary>The day of the first of three recovered values that end today.</summary>
        private int? Triple(int day) =>
            Counting(day) is [var third, var second, var first, ..] && third == day && IsRecovered(third) && IsRecovered(second) && IsRecovered(first)
            && third - second <= 14 && second - first <= 14 && !given.Any(g => g >= first && g < third)
                ? first
                : null;
    }
}
