using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// A course drawn from a seed: counts around the thresholds, blood, drugs, refusals, several infusions, odd times and zones. One fact per resource.
/// </summary>
internal sealed class RandomCourse
{
    private static readonly TimeZoneInfo[] Zones =
        [.. new[] { "UTC", "Europe/Madrid", "Asia/Riyadh", "America/New_York" }.Select(TimeZoneInfo.FindSystemTimeZoneById)];

    private readonly Random random;
    private readonly int outlook;

    public RandomCourse(int seed)
    {
        random = new Random(seed);
        Course = new Course { Zone = Zones[random.Next(Zones.Length)], Provides = new SourceProvides(Often(), Often(), Often()) };
        LastDay = random.Next(20, 180);
        outlook = random.Next(6);
        AddInfusions();
        AddCounts(Lineages.Anc, 500);
        AddCounts(Lineages.Platelets, 20_000);
        AddCounts(Lineages.Hemoglobin, 8);
        AddBlood();
        AddDrugs();
        for (var i = random.Next(4); i > 0; i--)
            Course.Refused(DataQualityCodes.UnitUnknown, Lineages.All[random.Next(3)], random.Next(LastDay), $"refused-{i}");
        if (random.Next(12) == 0) Course.Died(random.Next(LastDay));
    }

    public Course Course { get; }

    public int LastDay { get; }

    /// <summary>A time within the course.</summary>
    public DateTimeOffset Moment() => Course.Moment(random.Next(LastDay + 5), $"{random.Next(24):00}:{random.Next(60):00}");

    public int Next(int below) => random.Next(below);

    private bool Often() => random.Next(10) > 0;

    private string? Time() => random.Next(8) == 0 ? null : $"{random.Next(4, 24):00}:{random.Next(60):00}";

    private void AddInfusions()
    {
        Course.Infused(0, Time());
        if (random.Next(6) == 0) Course.Infused(random.Next(1, 8), Time(), "unspecified", "again");
        if (random.Next(8) == 0) Course.Infused(random.Next(25, 90), Time(), "ciltacabtagene-autoleucel", "second");
    }

    private void AddCounts(string lineage, decimal threshold)
    {
        var recoversOn = outlook switch { 0 => random.Next(10), 1 => LastDay, _ => random.Next(10, 120) };
        var overshootsOn = outlook == 1 ? LastDay : random.Next(40, 250);
        for (var day = random.Next(4); day < LastDay; day += random.Next(40) == 0 ? 14 : random.Next(1, 6))
        {
            var factor = random.Next(10) == 0 ? 1m : day >= recoversOn ? random.Next(80, 300) / 100m : random.Next(30, outlook == 1 ? 104 : 130) / 100m;
            if (lineage == Lineages.Platelets && day >= overshootsOn) factor = random.Next(5, 25);
            var comparator = random.Next(15) == 0 ? new[] { "<", "<=", ">", ">=" }[random.Next(4)] : null;
            Course.Count(lineage, day, threshold * factor, Time(), comparator, id: $"{lineage}-{day}-{random.Next(3)}");
        }
    }

    private void AddBlood()
    {
        string[] products = [BloodProducts.Platelets, BloodProducts.RedCells, BloodProducts.WholeBlood, BloodProducts.Unclassified, BloodProducts.Granulocytes];
        var until = random.Next(LastDay + 1);
        for (var day = 0; day < until; day += random.Next(2, 9)) Course.Blood(products[random.Next(random.Next(2) == 0 ? 2 : 5)], day, Time(), $"blood-{day}");
    }

    private void AddDrugs()
    {
        if (random.Next(3) > 0)
        {
            var (from, daysPerDose, mg) = (random.Next(15, 60), random.Next(2) == 0 ? 1 : random.Next(10, 60), 0);
            for (var day = from; day < LastDay && random.Next(90) > 0; day++)
            {
                if ((day - from) % daysPerDose == 0) mg = 25 * random.Next(1, 8);
                var dose = random.Next(20) == 0 ? null : new Dose(mg, "mg");
                Course.Drug(Agents.Eltrombopag, day, dose, Time(), $"elt-{day}");
            }
        }

        for (var (i, day) = (random.Next(4), random.Next(20, 50)); i > 0; i--, day += random.Next(3, 10)) Course.Romiplostim(day);
        if (random.Next(4) == 0) Course.Statement("statement", random.Next(20, 60), random.Next(2) == 0 ? null : random.Next(60, 90), 50);
        for (var day = random.Next(20); day < LastDay; day += random.Next(5, 20)) Course.Alt(day, random.Next(20, 125), random.Next(5) == 0 ? null : 40);
        for (var i = random.Next(5); i > 0; i--) Course.Drug(Agents.Gcsf, random.Next(LastDay), null, Time(), $"gcsf-{i}");
    }
}
