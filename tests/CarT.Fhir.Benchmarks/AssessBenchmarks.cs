using BenchmarkDotNet.Attributes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Benchmarks;

/// <summary>One assessment of a synthetic patient with 300 facts: counts three times a week, blood, daily tablets, ALT, over 180 days.</summary>
[MemoryDiagnoser]
public class AssessBenchmarks
{
    private static readonly DateOnly Day0 = new(2026, 1, 12);
    private static readonly PatientKey Patient = new("main", "bench");

    private readonly ProtocolDefinition definition = ProtocolDefinition.BuiltIn("beyar-katz-2022");
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid");
    private readonly DateTimeOffset asOf = At(180, 12);
    private PatientRecord record = null!;
    private Assessment assessment = null!;

    [GlobalSetup]
    public void Setup()
    {
        var infusion = new CarTInfusion { Slot = "value", Product = "tisagenlecleucel", Time = Time(0, 11) };
        List<ResourceVersion> versions = [Version("Procedure", "car-t") with { Infusions = [infusion] }];
        for (var day = 1; day <= 180; day += 3)
        {
            var recovery = day < 60 ? 0.6m : day / 40m;
            versions.Add(Count(Lineages.Anc, day, 500 * recovery));
            versions.Add(Count(Lineages.Platelets, day, 20_000 * recovery));
            versions.Add(Count(Lineages.Hemoglobin, day, 8 + recovery));
        }

        for (var day = 5; day < 60; day += 4)
        {
            var transfusion = new Transfusion { Slot = "value", Products = [BloodProducts.Platelets], Time = Time(day, 14) };
            versions.Add(Version("Procedure", $"platelets-{day}") with { Transfusions = [transfusion] });
        }

        for (var day = 40; versions.Count < 300; day++)
        {
            versions.Add(Version("MedicationAdministration", $"eltrombopag-{day}") with
            {
                DrugsGiven = [new DrugGiven { Slot = "value", Agent = Agents.Eltrombopag, Time = Time(day, 8), Dose = new Dose(50, "mg") }],
            });
        }

        record = new PatientRecord(Patient, versions, SourceProvides.All);
        assessment = Assess();
    }

    [Benchmark]
    public Assessment Assess() => CytopeniaProtocol.Assess(record, definition, zone, asOf);

    [Benchmark]
    public bool SameContent() => FlagHistory.SameContent(assessment, assessment);

    private static ResourceVersion Count(string lineage, int day, decimal value) => Version("Observation", $"{lineage}-{day}") with
    {
        CellCounts = [new CellCount { Slot = "value", Lineage = lineage, Value = value, Time = Time(day, 6), Received = "" }],
    };

    private static ResourceVersion Version(string type, string id) =>
        new() { Resource = new ResourceKey("main", type, id), VersionId = "1", ContentHash = id, Patient = Patient };

    private static ClinicalTime Time(int day, int hour) => ClinicalTime.At(At(day, hour));

    private static DateTimeOffset At(int day, int hour) => new(Day0.AddDays(day), new TimeOnly(hour, 30), TimeSpan.FromHours(1));
}
