namespace CarT.Fhir.Simulator.Courses;

/// <summary>
/// A cohort of synthetic adults after CAR-T for lymphoma, in the proportions of Beyar-Katz et al. 2022 (abstract): 93 patients, 74 %
/// tisagenlecleucel and 26 % axicabtagene ciloleucel, six of them treated for severe persistent cytopenia. The six rows are made up so that together
/// they give every published median and range; they are nobody's records.
/// </summary>
public static class SyntheticCohort
{
    public const string Tisagenlecleucel = "tisagenlecleucel";
    public const string Axicabtagene = "axicabtagene-ciloleucel";
    public const string Eltrombopag = "eltrombopag";
    public const string Romiplostim = "romiplostim";
    public const string Both = "both";

    /// <summary>The treated patients, and what must be found in them whatever the seed.</summary>
    public static IReadOnlyList<ExpectedCourse> ExpectedTreated { get; } =
    [
        new(Chart.IdOf(1), Tisagenlecleucel, Eltrombopag, 21, 8, 6, 7),
        new(Chart.IdOf(2), Tisagenlecleucel, Eltrombopag, 36, 15, 19, 18),
        new(Chart.IdOf(3), Axicabtagene, Eltrombopag, 42, 22, 26, 27),
        new(Chart.IdOf(4), Tisagenlecleucel, Romiplostim, 44, 31, 28, 31),
        new(Chart.IdOf(5), Axicabtagene, Both, 50, 124, 33, 44),
        new(Chart.IdOf(6), Tisagenlecleucel, Eltrombopag, 55, null, 38, 61),
    ];

    /// <summary>Makes the cohort: every write to the charting system in the order in which it happens.</summary>
    public static IReadOnlyList<TimedResource> Generate(CohortOptions? options = null)
    {
        options ??= new CohortOptions();
        var dice = new Dice(options.Seed);
        var products = Products(options.Patients, dice);
        return [.. Enumerable.Range(1, options.Patients).SelectMany(number => Patient(number, products[number - 1], options)).OrderBy(entry => entry.At)];
    }

    private static string[] Products(int patients, Dice dice)
    {
        var treated = ExpectedTreated.Take(patients).Select(course => course.Product).ToArray();
        var axicabtagene = (int)Math.Round(patients * 24 / 93.0) - treated.Count(product => product == Axicabtagene);
        var others = Enumerable.Range(0, patients - treated.Length).Select(i => i < axicabtagene ? Axicabtagene : Tisagenlecleucel).ToArray();
        dice.Shuffle(others);
        return [.. treated, .. others];
    }

    private static IReadOnlyList<TimedResource> Patient(int number, string product, CohortOptions options)
    {
        var dice = new Dice(unchecked((options.Seed * 1_000_003) + number));
        var isTreated = number <= ExpectedTreated.Count;
        // The treated are followed longest; infused early, they do not stretch the cohort.
        var spread = isTreated ? options.InfusionSpreadDays / 3 : options.InfusionSpreadDays;
        var chart = new Chart(number, options.FirstInfusionOn.AddDays(dice.Between(0, spread)), options.TimeZone);
        chart.Register(Math.Clamp((int)(69 * dice.Wobble(0.16)), 19, 85), dice.Pick<string>("female", "male"));
        chart.Infuse(product, asProcedure: dice.Chance(0.6));
        if (isTreated) new TreatedCourse(ExpectedTreated[number - 1], chart, dice).Write();
        else new UntreatedCourse(chart, dice).Write();
        return chart.Entries;
    }
}
