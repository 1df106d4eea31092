using System.Globalization;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// How many random courses a test takes: 2,000, at night (<c>./check --nightly</c>) 100,000. <c>CART_COURSE_SEED=n</c> takes that course alone,
/// <c>CART_COURSE_SEED=n-m</c> those from n to before m.
/// </summary>
internal static class CourseSeeds
{
    public const int ByDay = 2_000;

    /// <summary>What FsCheck draws the courses of the day from.</summary>
    public const ulong SeedByDay = 2022;

    private const int AtNight = 100_000;

    public static int Count => Environment.GetEnvironmentVariable("CART_NIGHTLY") == "1" ? AtNight : ByDay;

    /// <summary>Whether every run draws other courses.</summary>
    public static bool AreNew => Count == AtNight;

    /// <summary>The seeds that were asked for; null when none were.</summary>
    public static (int From, int Until)? Asked
    {
        get
        {
            var numbers = Environment.GetEnvironmentVariable("CART_COURSE_SEED")?.Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToList();
            return numbers is null ? null : (numbers[0], numbers.Count > 1 ? numbers[1] : numbers[0] + 1);
        }
    }
}
