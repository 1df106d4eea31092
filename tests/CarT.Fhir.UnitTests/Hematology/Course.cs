using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// A patient's course written in days from the infusion: <c>new Course().Infused().Anc((21, 400), (23, 300)).On(23)</c>.
/// Counts are drawn at 06:30, drugs are given at 08:00, blood at 14:00, unless a time is given.
/// </summary>
internal sealed class Course
{
    public static readonly DateOnly Day0 = new(2026, 3, 1);
    public static readonly PatientKey Patient = new("main", "p1");
    public static readonly ProtocolDefinition BeyarKatz = ProtocolDefinition.BuiltIn("beyar-katz-2022");

    private readonly List<ResourceVersion> versions = [];

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public SourceProvides Provides { get; init; } = SourceProvides.All;

    public ProtocolDefinition Definition { get; init; } = BeyarKatz;

    public DateTimeOffset? ClosedByOperatorAt { get; init; }

    public IReadOnlyList<ResourceVersion> Versions => versions;

    public static DateOnly Date(int day) => Day0.AddDays(day);

    public Course Infused(int day = 0, string? time = "11:00", string product = "tisagenlecleucel", string? id = null) =>
        Add(new("Procedure", id ?? $"car-t-{day}"), v => v with { Infusions = [new CarTInfusion { Slot = "value", Product = product, Time = At(day, time) }] });

    public Course Anc(params ReadOnlySpan<(int Day, decimal Value)> values) => Counts(Lineages.Anc, values);

    public Course Platelets(params ReadOnlySpan<(int Day, decimal Value)> values) => Counts(Lineages.Platelets, values);

    public Course Hemoglobin(params ReadOnlySpan<(int Day, decimal Value)> values) => Counts(Lineages.Hemoglobin, values);

    /// <summary>One value on its own: another time of day, a comparator, a specimen, a version.</summary>
    public Course Count(
        string lineage,
        int day,
        decimal value,
        string? time = "06:30",
        string? comparator = null,
        string? specimen = null,
        string? id = null,
        string? version = "1",
        string? received = null) =>
        Add(
            new("Observation", id ?? $"{lineage}-{day}-{time}"),
            v => v with
            {
                CellCounts =
                [
                    new CellCount
                    {
                        Slot = "value",
                        Lineage = lineage,
                        Value = value,
                        Comparator = comparator,
                        Time = At(day, time),
                        Specimen = specimen,
                        Received = received ?? $"{comparator}{value} {(lineage == Lineages.Hemoglobin ? "g/dL" : "/uL")}",
                    },
                ],
            },
            version);

    public Course PlateletsGiven(params ReadOnlySpan<int> days) => Blood(BloodProducts.Platelets, days);

    public Course RedCellsGiven(params ReadOnlySpan<int> days) => Blood(BloodProducts.RedCells, days);

    public Course Blood(string product, params ReadOnlySpan<int> days)
    {
        foreach (var day in days) Blood(product, day, "14:00");
        return this;
    }

    public Course Blood(string product, int day, string? time, string? id = null) =>
        Add(
            new("Procedure", id ?? $"{product}-{day}-{time}"),
            v => v with { Transfusions = [new Transfusion { Slot = "value", Products = [product], Time = At(day, time) }] });

    /// <summary>One tablet course: a dose on each day from the first to the last.</summary>
    public Course Eltrombopag(decimal? mg, int from, int to)
    {
        for (var day = from; day <= to; day++) Drug(Agents.Eltrombopag, day, mg is { } value ? new Dose(value, "mg") : null);
        return this;
    }

    public Course Romiplostim(params ReadOnlySpan<int> days)
    {
        foreach (var day in days) Drug(Agents.Romiplostim, day, new Dose(125, "ug"));
        return this;
    }

    public Course Drug(string agent, int day, Dose? dose, string? time = "08:00", string? id = null) =>
        Add(
            new("MedicationAdministration", id ?? $"{agent}-{day}-{time}"),
            v => v with { DrugsGiven = [new DrugGiven { Slot = "value", Agent = agent, Time = At(day, time), Dose = dose }] });

    public Course Statement(string id, int from, int? to, decimal? mgPerDay, string status = "active") =>
        Add(
            new("MedicationStatement", id),
            v => v with
            {
                DrugStatements =
                [
                    new DrugStatement
                    {
                        Slot = "value", Agent = Agents.Eltrombopag, Status = status, Start = At(from, null), End = to is { } end ? At(end, null) : null,
                        DosePerDay = mgPerDay is { } mg ? new Dose(mg, "mg") : null,
                    },
                ],
            });

    /// <summary>Tablets for a number of days, from a time on.</summary>
    public Course Supply(string id, ClinicalTime start, int days, decimal mgPerDay, string type = "MedicationDispense") =>
        Add(
            new(type, id),
            v => v with
            {
                DrugStatements =
                [
                    new DrugStatement
                    {
                        Slot = "value", Agent = Agents.Eltrombopag, Status = "completed", Start = start, DaysOfSupply = days, DosePerDay = new Dose(mgPerDay, "mg"),
                    },
                ],
            });

    public Course Alt(int day, decimal value, decimal? upperLimit = 40, string? comparator = null, string? received = null) =>
        Add(
            new("Observation", $"alt-{day}"),
            v => v with
            {
                Chemistry =
                [
                    new ChemistryResult
                    {
                        Slot = "value", Analyte = Analytes.Alt, Value = value, Comparator = comparator, Time = At(day, "06:30"), UpperLimit = upperLimit,
                        Received = received,
                    },
                ],
            });

    public Course Refused(string code, string? concern, int? day, string id, DateTimeOffset? lastUpdated = null) =>
        Add(
            new("Observation", id),
            v => v with
            {
                LastUpdated = lastUpdated,
                Refusals = [new Refusal { Code = code, Slot = "value", Concern = concern, Time = day is { } d ? At(d, "06:30") : null, Text = "Could not be used" }],
            });

    public Course Died(int? day, DateTimeOffset? lastUpdated = null) =>
        Add(
            new("Patient", Patient.Id),
            v => v with
            {
                LastUpdated = lastUpdated,
                PatientStatuses = [new PatientStatus { Slot = "value", Deceased = true, DeceasedAt = day is { } d ? At(d, "10:00") : null }],
            });

    /// <summary>A newer version of a resource that says it was entered in error.</summary>
    public Course Retract(string type, string id, string version = "2") => Add(new(type, id), v => v with { Retracted = true }, version);

    public Course Add((string Type, string Id) resource, Func<ResourceVersion, ResourceVersion> say, string? version = "1")
    {
        versions.Add(say(new ResourceVersion
        {
            Resource = new ResourceKey("main", resource.Type, resource.Id),
            VersionId = version,
            ContentHash = versions.Count.ToString("x64"),
            Patient = Patient,
        }));
        return this;
    }

    public PatientRecord Record() => new(Patient, versions, Provides) { ClosedByOperatorAt = ClosedByOperatorAt };

    /// <summary>The assessment on a day, late in the evening unless a time is given.</summary>
    public Assessment On(int day, string time = "23:30") => Assess(Record(), Moment(day, time));

    public Assessment Assess(PatientRecord record, DateTimeOffset asOf) => CytopeniaProtocol.Assess(record, Definition, Zone, asOf);

    public DateTimeOffset Moment(int day, string time)
    {
        var local = Date(day).ToDateTime(TimeOnly.Parse(time));
        return new DateTimeOffset(local, Zone.GetUtcOffset(local));
    }

    public ClinicalTime At(int day, string? time) => time is null ? ClinicalTime.On(Date(day)) : ClinicalTime.At(Moment(day, time));

    private Course Counts(string lineage, ReadOnlySpan<(int Day, decimal Value)> values)
    {
        foreach (var (day, value) in values) Count(lineage, day, value);
        return this;
    }
}
