using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// A course drawn from a seed: counts around the thresholds, blood, drugs and statements, refusals, several infusions, odd times, zones whose clocks change,
/// feeds that are missing. One fact per resource, with its remark where the reader makes one.
/// </summary>
internal sealed class RandomCourse
{
    private static readonly TimeZoneInfo[] Zones =
    [
        .. new[] { "UTC", "Europe/Madrid", "Asia/Riyadh", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe" }.Select(TimeZoneInfo.FindSystemTimeZoneById),
    ];

    private static readonly string[] Comparators = ["<", "<=", ">", ">="];
    private static readonly string[] CarTProducts = ["tisagenlecleucel", "axicabtagene-ciloleucel", "ciltacabtagene-autoleucel", "unspecified"];

    private static readonly string[] Products =
        [BloodProducts.Platelets, BloodProducts.RedCells, BloodProducts.WholeBlood, BloodProducts.Unclassified, BloodProducts.Granulocytes, "plasma"];

    private readonly Random random;
    private readonly int outlook;
    private readonly bool isCalm;
    private int facts;
    private int? firstTablet;

    public RandomCourse(int seed)
    {
        random = new Random(seed);
        var zone = Zones[random.Next(Zones.Length)];
        LastDay = OneIn(8) ? random.Next(180, 260) : random.Next(20, 180);
        outlook = random.Next(6);
        isCalm = OneIn(3);
        Course = new Course
        {
            Zone = zone,
            Provides = new SourceProvides(!OneIn(10), !OneIn(10), !OneIn(10)),
            ClosedByOperatorAt = OneIn(15) ? new Course { Zone = zone }.Moment(random.Next(LastDay), "15:30") : null,
        };
        AddInfusions();
        AddCounts(Lineages.Anc, 500);
        AddCounts(Lineages.Platelets, 20_000);
        AddCounts(Lineages.Hemoglobin, 8);
        AddBlood();
        AddTablets();
        AddOtherDrugs();
        AddLiverTests();
        AddRefusals();
        if (OneIn(12)) Course.Died(OneIn(4) ? null : random.Next(LastDay), OneIn(2) ? Course.Moment(random.Next(LastDay), "18:00") : null);
        Definition = OneIn(4) ? OtherDefinition() : Course.Definition;
    }

    public Course Course { get; }

    /// <summary>Mostly that of the course; else one with other numbers.</summary>
    public ProtocolDefinition Definition { get; }

    public int LastDay { get; }

    /// <summary>Whether only the last fact tells when the patient died, so that the past changes with what comes later.</summary>
    public bool IsDeathUndated => Course.Versions.Any(v => v.LastUpdated is null && v.PatientStatuses.Any(s => s.DeceasedAt is null));

    /// <summary>A time within the course, of those with tablets every other one while they are given.</summary>
    public DateTimeOffset Moment()
    {
        var day = firstTablet is { } first && OneIn(2) ? Math.Min(first + random.Next(10, 100), LastDay + 4) : random.Next(LastDay + 5);
        return Course.Moment(day, $"{random.Next(24):00}:{random.Next(60):00}");
    }

    public int Next(int below) => random.Next(below);

    private bool OneIn(int n) => random.Next(n) == 0;

    private string? Time() => OneIn(8) ? null : $"{random.Next(4, 24):00}:{random.Next(60):00}";

    private T Any<T>(params ReadOnlySpan<T> of) => of[random.Next(of.Length)];

    private string Id(string kind, int day) => $"{kind}-{day}-{++facts}";

    private void AddInfusions()
    {
        var product = CarTProducts[random.Next(4)];
        Course.Infused(0, Time(), product);
        if (OneIn(6)) Course.Infused(random.Next(0, 4), Time(), OneIn(2) ? product : "unspecified", "again");
        if (OneIn(6)) Course.Infused(random.Next(3, 23), Time(), OneIn(2) ? product : CarTProducts[random.Next(4)], "part");
        for (var i = OneIn(8) ? random.Next(1, 3) : 0; i > 0; i--) Course.Infused(random.Next(25, 90), Time(), CarTProducts[random.Next(4)], $"next-{i}");
    }

    private void AddCounts(string lineage, decimal threshold)
    {
        if (OneIn(25)) return;
        var recoversOn = outlook switch { 0 => random.Next(10), 1 => LastDay, _ => random.Next(10, 120) };
        var overshootsOn = outlook == 1 ? LastDay : random.Next(40, 250);
        var fallsOn = OneIn(3) ? random.Next(30, 200) : LastDay;
        for (var day = random.Next(4); day < LastDay; day += OneIn(isCalm ? 6 : 20) ? random.Next(7, 18) : random.Next(1, 6))
        {
            for (var again = OneIn(12) ? 2 : 1; again > 0; again--)
            {
                var isGood = day >= recoversOn && (day < fallsOn || day > fallsOn + 20);
                var factor = OneIn(10) ? 1m : isGood ? random.Next(80, 300) / 100m : random.Next(30, outlook == 1 ? 104 : 130) / 100m;
                if (lineage == Lineages.Platelets && day >= overshootsOn) factor = OneIn(5) ? Any(7.5m, 10m, 20m) : random.Next(5, isCalm ? 15 : 25);
                var (comparator, time, id) = (OneIn(15) ? Any<string>(Comparators) : null, Time(), Id(lineage, day));
                Course.Count(lineage, day, threshold * factor, time, comparator, id: id);
                if (OneIn(60)) AddClumps(day, time);
            }
        }
    }

    private void AddClumps(int day, string? time) => Course.Add(
        ("Observation", Id("clumps", day)),
        v => v with { PlateletClumps = [new PlateletClumps { Slot = "value", Time = Course.At(day, time) }] });

    private void AddBlood()
    {
        var until = OneIn(4) ? LastDay : random.Next(LastDay + 1);
        for (var day = 0; day < until; day += OneIn(6) ? random.Next(9, 25) : random.Next(2, 9))
        {
            var (time, product) = (Course.At(day, Time()), Products[random.Next(OneIn(2) ? 2 : 6)]);
            string[] products = product == BloodProducts.Platelets && OneIn(10) ? [product, BloodProducts.RedCells] : [product];
            Course.Add(("Procedure", Id("blood", day)), v => v with
            {
                Transfusions = [new Transfusion { Slot = "value", Products = products, Time = time }],
                Refusals = product == BloodProducts.Unclassified ? [Remark(DataQualityCodes.TransfusionUnclassified, Concerns.Transfusion, time)] : [],
            });
        }
    }

    private void AddTablets()
    {
        if (!OneIn(3))
        {
            var (from, daysPerDose, mg) = (random.Next(15, 60), isCalm ? random.Next(20, 90) : OneIn(2) ? 1 : random.Next(10, 60), 0);
            var unknown = random.Next(10, 60);
            firstTablet = from;
            // Half of those who recover are brought down in steps about as long as the protocol asks for.
            var (steps, isTapered) = (13 + (facts % 4), outlook is 2 or 3);
            for (var day = from; day < LastDay && !OneIn(90); day += OneIn(isCalm ? 15 : 40) ? random.Next(2, 10) : 1)
            {
                if ((day - from) % daysPerDose == 0) mg = OneIn(20) ? 0 : 25 * random.Next(1, isCalm ? 5 : 8);
                var taken = isTapered && day >= from + 30 ? Math.Max(25, 125 - (50 * ((day - from - 30) / steps))) : mg;
                Give(Agents.Eltrombopag, day, OneIn(unknown) ? null : new Dose(taken, "mg"));
                if (OneIn(50)) Give(Agents.Eltrombopag, day, new Dose(25, "mg"));
            }
        }

        for (var i = OneIn(4) ? random.Next(1, 4) : 0; i > 0; i--)
        {
            var (from, mg) = (random.Next(20, 90), OneIn(6) ? (decimal?)null : 25 * random.Next(0, 7));
            var to = OneIn(2) ? (int?)null : from + random.Next(60);
            if (OneIn(4)) Course.Supply(Id("supply", from), Course.At(from, Time()), random.Next(1, 40), mg ?? 50, OneIn(3) ? "MedicationDispense" : "MedicationStatement");
            else Course.Statement(Id("statement", from), from, to, mg, OneIn(3) ? "completed" : "active");
        }
    }

    private void AddOtherDrugs()
    {
        for (var (i, day) = (OneIn(3) ? 0 : random.Next(4), random.Next(18, 60)); i > 0; i--, day += OneIn(20) ? 0 : random.Next(3, 10))
            Give(Agents.Romiplostim, day, OneIn(12) ? null : new Dose(Any(125m, 125m, 100m, 126m), "ug"));
        if (OneIn(12))
        {
            for (var day = random.Next(25, 80); day < LastDay && !OneIn(20); day++) Give(OneIn(2) ? Agents.Avatrombopag : Agents.Lusutrombopag, day, new Dose(20, "mg"));
        }

        for (var i = random.Next(5); i > 0; i--) Give(Agents.Gcsf, random.Next(LastDay), null);
    }

    private void Give(string agent, int day, Dose? dose)
    {
        var time = Course.At(day, Time());
        Course.Add(("MedicationAdministration", Id(agent, day)), v => v with
        {
            DrugsGiven = [new DrugGiven { Slot = "value", Agent = agent, Time = time, Dose = dose }],
            Refusals = dose is null && agent != Agents.Gcsf ? [Remark(DataQualityCodes.DoseMissing, Concerns.TpoRa, time)] : [],
        });
    }

    private void AddLiverTests()
    {
        for (var day = random.Next(20); day < LastDay; day += OneIn(5) ? 0 : random.Next(4, isCalm ? 15 : 20))
        {
            var limit = !isCalm && OneIn(5) ? (decimal?)null : Any(40m, 40m, 35m, 55m);
            var value = OneIn(isCalm ? 30 : 8) ? 3 * (limit ?? 40) : random.Next(20, isCalm ? 105 : 125);
            var (comparator, time) = (OneIn(12) ? Any<string>(Comparators) : null, Course.At(day, Time()));
            Course.Add(("Observation", Id("alt", day)), v => v with
            {
                Chemistry = [new ChemistryResult { Slot = "value", Analyte = Analytes.Alt, Value = value, Comparator = comparator, Time = time, UpperLimit = limit }],
            });
        }
    }

    private void AddRefusals()
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            var isTimed = !OneIn(4);
            var concern = Any(Lineages.Anc, Lineages.Platelets, Lineages.Hemoglobin, Concerns.TpoRa, Analytes.Alt);
            var updated = isTimed ? (DateTimeOffset?)null : Course.Moment(random.Next(LastDay), "20:00");
            Course.Refused(isTimed ? DataQualityCodes.UnitUnknown : DataQualityCodes.TimeMissing, concern, isTimed ? random.Next(LastDay) : null, $"refused-{i}", updated);
        }
    }

    private static Refusal Remark(string code, string concern, ClinicalTime time) =>
        new() { Code = code, Slot = "value", Concern = concern, Time = time, Text = "Not stated" };

    /// <summary>Other numbers for most rules, so that none is written into the code.</summary>
    private ProtocolDefinition OtherDefinition()
    {
        var p = Course.Definition;
        return p with
        {
            Episode = p.Episode with { DoseEvidence = ["MedicationAdministration", "MedicationStatement", "MedicationDispense"] },
            Support = p.Support with { PlateletsDays = random.Next(3, 9), HemoglobinDays = random.Next(5, 29), AncDays = random.Next(1, 5) },
            Detection = p.Detection with { LowMaxGapDays = random.Next(5, 20), DependentTransfusionDays = random.Next(2, 4), DependentWindowDays = random.Next(7, 28) },
            Resolution = p.Resolution with { MaxGapDays = random.Next(5, 20), BaselineWindowDays = random.Next(7, 28), LostMaxGapDays = random.Next(5, 20) },
            Therapy = new TherapyParameters(random.Next(2, 15), random.Next(7, 21)),
            Thrombocytosis = p.Thrombocytosis with { Romiplostim = new PlateletLimits(150_000, 250_000, 100_000), EndsWithoutTherapyAtPerUl = 180_000 },
            Hepatotoxicity = new HepatotoxicityParameters(2.5m),
            Escalation = p.Escalation with
            {
                AfterDays = random.Next(7, 15),
                CapMgPerDay = 125,
                StepMg = 25,
                PlateletsMaxAgeDays = random.Next(2, 9),
                AltMaxAgeDays = random.Next(7, 20),
            },
            Taper = new TaperParameters(random.Next(7, 20), 25, 25),
            NonResponse = new NonResponseParameters(random.Next(20, 120), 100, random.Next(7, 30)),
            Closing = new ClosingParameters(random.Next(14, 29), random.Next(60, 180), random.Next(14, 40)),
            Silence = new SilenceParameters(7, random.Next(2, 9)),
        };
    }
}
