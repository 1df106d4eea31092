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

    private static readonly string[] TreatedProducts =
        [Tisagenlecleucel, Tisagenlecleucel, Axicabtagene, Tisagenlecleucel, Axicabtagene, Tisagenlecleucel];

    private static readonly string[] TreatedDrugs = [Eltrombopag, Eltrombopag, Eltrombopag, Romiplostim, Both, Eltrombopag];
    private static readonly int[] StartDays = [21, 36, 42, 44, 50, 55];

    /// <summary>The treated patients of variant A, and what must be found in them whatever the seed.</summary>
    public static IReadOnlyList<ExpectedCourse> ExpectedTreated { get; } = Treated(CohortVariant.A);

    /// <summary>The treated patients of a variant. Each gives every published median and range, six responses and five complete resolutions.</summary>
    public static IReadOnlyList<ExpectedCourse> Treated(CohortVariant variant) => variant switch
    {
        CohortVariant.B => Rows([8, 15, 20, 24, 124, 40], [6, 19, 27, 30, 38, null], [7, 18, 27, 31, 44, 61]),
        CohortVariant.C => Rows([8, 15, 20, 24, 124, 40], [6, 19, 26, 28, 33, 38], [7, 18, 29, 33, 61, null]),
        _ => Rows([8, 15, 22, 31, 124, null], [6, 19, 26, 28, 33, 38], [7, 18, 27, 31, 44, 61]),
    };

    private static IReadOnlyList<ExpectedCourse> Rows(int?[] hemoglobin, int?[] platelets, int?[] anc) =>
    [
        .. Enumerable.Range(0, StartDays.Length)
            .Select(i => new ExpectedCourse(Chart.IdOf(i + 1), TreatedProducts[i], TreatedDrugs[i], StartDays[i], hemoglobin[i], platelets[i], anc[i])),
    ];

    /// <summary>Makes the cohort: every write to the charting system in the order in which it happens.</summary>
    public static IReadOnlyList<TimedResource> Generate(CohortOptions? options = null)
    {
        options ??= new CohortOptions();
        var treated = Treated(options.Variant);
        var products = Products(options.Patients, treated, new Dice(options.Seed));
        return [.. Enumerable.Range(1, options.Patients).SelectMany(number => Patient(number, products[number - 1], treated, options)).OrderBy(entry => entry.At)];
    }

    private static string[] Products(int patients, IReadOnlyList<ExpectedCourse> expected, Dice dice)
    {
        var treated = expected.Take(patients).Select(course => course.Product).ToArray();
        var axicabtagene = (int)Math.Round(patients * 24 / 93.0) - treated.Count(product => product == Axicabtagene);
        var others = Enumerable.Range(0, patients - treated.Length).Select(i => i < axicabtagene ? Axicabtagene : Tisagenlecleucel).ToArray();
        dice.Shuffle(others);
        return [.. treated, .. others];
    }

    private static IReadOnlyList<TimedResource> Patient(int number, string product, IReadOnlyList<ExpectedCourse> treated, CohortOptions options)
    {
        var dice = new Dice(unchecked((options.Seed * 1_000_003) + number));
        var isTreated = number <= treated.Count;
        // The treated are followed longest; infused early, they do not stretch the cohort.
        var spread = isTreated ? options.InfusionSpreadDays / 3 : options.InfusionSpreadDays;
        var chart = new Chart(number, options.FirstInfusionOn.AddDays(dice.Between(0, spread)), options.TimeZone);
        chart.Register(Math.Clamp((int)(69 * dice.Wobble(0.16)), 19, 85), dice.Pick<string>("female", "male"));
        chart.Infuse(product, asProcedure: dice.Chance(0.6));
        if (isTreated) new TreatedCourse(treated[number - 1], chart, dice).Write();
        else new UntreatedCourse(chart, dice).Write();
        return chart.Entries;
    }
}
