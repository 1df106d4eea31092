using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>Which of several versions is current, when that is a guess, and from when on it is seen (P1.5, P3.2, P13.2).</summary>
public class VersionAndSightTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 23, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(VersionOrder.LastUpdated, null, 0, "2", 1, false)]
    [InlineData(VersionOrder.LastUpdated, "1", null, "2", 1, true)]
    [InlineData(VersionOrder.LastUpdated, "1", 0, "2", null, true)]
    [InlineData(VersionOrder.Numeric, "1", null, "2", 1, false)]
    [InlineData(VersionOrder.Numeric, null, 0, "2", 1, true)]
    [InlineData(VersionOrder.Numeric, "1", 0, null, 1, true)]
    public void P3_2_The_order_is_a_guess_where_only_one_version_has_the_key_of_the_declared_order(
        VersionOrder order, string? id, int? hours, string? otherId, int? otherHours, bool guessed) =>
        Assert.Equal(guessed ? 1 : 0, CurrentVersions.Select([Version(id, "a", hours), Version(otherId, "b", otherHours)], order).Ambiguous.Count);

    [Fact]
    public void P3_2_Of_two_versions_of_one_time_the_greater_number_is_the_newer() =>
        Assert.Equal("2", CurrentVersions.Select([Version("1", "b", 0), Version("2", "a", 0)], VersionOrder.LastUpdated).Versions[0].VersionId);

    [Fact]
    public void P11_1_Current_versions_come_in_the_order_of_their_keys_whatever_the_order_of_the_input()
    {
        ResourceKey[] keys = [new("a", "Observation", "2"), new("a", "Observation", "3"), new("a", "Procedure", "1"), new("b", "Observation", "1")];
        var versions = keys.Reverse().Select(key => Version("1", "x", 0) with { Resource = key });
        Assert.Equal(keys, CurrentVersions.Select(versions, VersionOrder.Numeric).Versions.Select(v => v.Resource));
    }

    [Theory]
    [InlineData("count")]
    [InlineData("panel")]
    [InlineData("clumps")]
    [InlineData("refusal")]
    [InlineData("living")]
    [InlineData("dead")]
    [InlineData("dead, nobody knows when")]
    [InlineData("nothing")]
    [InlineData("retracted")]
    public void P3_2_P13_2_A_guess_is_reported_whatever_the_resource_says(string says) => Assert.Single(Guessed(Course.Day0.AddDays(30), says).DataQuality, IsGuess);

    [Theory]
    [InlineData("dead", 21, 0)]
    [InlineData("dead", 22, 1)]
    [InlineData("clumps", 21, 0)]
    [InlineData("nothing", 21, 0)]
    [InlineData("nothing", 22, 1)]
    [InlineData("retracted", 21, 0)]
    [InlineData("retracted", 22, 1)]
    public void P1_5_A_guess_about_what_is_not_seen_yet_is_not_reported(string says, int day, int reported) =>
        Assert.Equal(reported, Guessed(Course.Date(day), says).DataQuality.Count(IsGuess));

    [Fact]
    public void P1_5_Clumps_that_are_reported_later_concern_the_platelets_from_then_on()
    {
        var course = new Course().Infused().Count(Lineages.Platelets, 22, 30_000, specimen: "Specimen/s");
        course.Add(
            ("Observation", "c"),
            v => v with { PlateletClumps = [new PlateletClumps { Slot = "value", Specimen = "Specimen/s", Time = ClinicalTime.At(course.Moment(22, "12:00")) }] });
        Assert.NotNull(course.On(22, "11:59").Lineages.Platelets.Latest);
        Assert.Null(course.On(22, "12:00").Lineages.Platelets.Latest);
    }

    [Fact]
    public void P1_3_Of_two_records_of_one_time_the_smaller_id_and_then_the_first_part_name_the_product()
    {
        var course = new Course().Infused(product: "tisagenlecleucel", id: "b").Infused(product: "axicabtagene-ciloleucel", id: "a");
        Assert.Equal("axicabtagene-ciloleucel", course.On(5).Episode!.Product);
        CarTInfusion Part(string slot, string product) => new() { Slot = slot, Product = product, Time = ClinicalTime.On(Course.Day0) };
        var parts = new Course().Add(("Procedure", "p"), v => v with { Infusions = [Part("2", "tisagenlecleucel"), Part("1", "axicabtagene-ciloleucel")] });
        Assert.Equal("axicabtagene-ciloleucel", parts.On(5).Episode!.Product);
    }

    [Fact]
    public void P1_3_A_record_of_the_third_day_is_of_the_same_infusion_and_disagrees_with_it() =>
        Assert.Contains(new Course().Infused(0, "11:00", id: "a").Infused(3, "11:00", id: "b").On(5).DataQuality, d => d.Code == DataQualityCodes.InfusionConflict);

    [Theory]
    [InlineData("labs", true, false, false)]
    [InlineData("doses", false, true, false)]
    [InlineData("transfusions", false, false, true)]
    public void P1_7_A_source_provides_what_it_names_and_nothing_else(string word, bool labs, bool doses, bool transfusions) =>
        Assert.Equal(new SourceProvides(labs, doses, transfusions), SourceProvides.Parse([word]));

    [Fact]
    public void P1_5_Without_facts_and_refusals_the_latest_lastUpdated_serves() =>
        Assert.Equal(Monday.AddHours(2), LatestFact.Of([Version("1", "a", 1), Version("2", "b", 2), Version("3", "c", null), Version("4", "d", 0)], TimeZoneInfo.Utc));

    private static bool IsGuess(DataQualityFinding finding) => finding.Code == DataQualityCodes.VersionAmbiguous;

    /// <summary>The assessment late on a day, of a resource of day 22 (08:00) whose current version had to be guessed.</summary>
    private static Assessment Guessed(DateOnly date, string says)
    {
        var course = new Course().Infused();
        course.Add(("Observation", "guessed"), v => Say(v with { LastUpdated = Monday }, says));
        return course.Assess(course.Record() with { Ambiguous = [course.Versions[^1].Resource] }, new DateTimeOffset(date.ToDateTime(new TimeOnly(8, 0)), TimeSpan.Zero));
    }

    private static ResourceVersion Say(ResourceVersion version, string says)
    {
        var time = ClinicalTime.At(Monday);
        IReadOnlyList<CellCount> count = [new CellCount { Slot = "1", Lineage = Lineages.Anc, Value = 900, Time = time, Received = "900 /uL" }];
        return says switch
        {
            "count" => version with { CellCounts = count },
            "panel" => version with { CellCounts = count, Chemistry = [new ChemistryResult { Slot = "2", Analyte = Analytes.Alt, Value = 30, Time = time }] },
            "clumps" => version with { PlateletClumps = [new PlateletClumps { Slot = "value", Time = time }] },
            "refusal" => version with { Refusals = [new Refusal { Code = DataQualityCodes.UnitMissing, Slot = "value", Text = "refused", Time = time }] },
            "living" => version with { PatientStatuses = [new PatientStatus { Slot = "value" }] },
            "dead" => version with { PatientStatuses = [new PatientStatus { Slot = "value", Deceased = true, DeceasedAt = time }] },
            "dead, nobody knows when" => version with { LastUpdated = null, PatientStatuses = [new PatientStatus { Slot = "value", Deceased = true }] },
            "retracted" => version with { Retracted = true },
            _ => version,
        };
    }

    private static ResourceVersion Version(string? id, string hash, int? hours) => new()
    {
        Resource = new ResourceKey("main", "Observation", "o"),
        VersionId = id,
        ContentHash = hash,
        LastUpdated = hours is { } later ? Monday.AddHours(later) : null,
        Patient = Course.Patient,
    };
}
