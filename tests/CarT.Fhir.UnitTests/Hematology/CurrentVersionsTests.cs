using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class CurrentVersionsTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void P3_2_Version_ids_are_numbers() => Assert.Equal("10", Current(VersionOrder.Numeric, Version("9", "a"), Version("10", "b")).VersionId);

    [Fact]
    public void P3_2_lastUpdated_decides_where_the_source_says_so()
    {
        ResourceVersion[] versions = [Version("2", "a", Monday), Version("1", "b", Monday.AddHours(1))];
        Assert.Equal("2", Current(VersionOrder.Numeric, versions).VersionId);
        Assert.Equal("1", Current(VersionOrder.LastUpdated, versions).VersionId);
    }

    [Fact]
    public void P3_2_A_missing_version_id_sorts_before_any_and_is_ambiguous()
    {
        var set = CurrentVersions.Select([Version(null, "b", Monday), Version("1", "a")], VersionOrder.Numeric);
        Assert.Equal("1", set.Versions[0].VersionId);
        Assert.Single(set.Ambiguous);
    }

    [Fact]
    public void P3_2_A_version_id_that_is_no_number_leaves_it_to_lastUpdated()
    {
        var set = CurrentVersions.Select([Version("f00d", "b", Monday), Version("beef", "a", Monday.AddHours(1))], VersionOrder.Numeric);
        Assert.Equal("beef", set.Versions[0].VersionId);
        Assert.Empty(set.Ambiguous);
    }

    [Fact]
    public void P3_2_At_last_the_hash_decides_and_that_is_ambiguous()
    {
        var set = CurrentVersions.Select([Version("1", "aa"), Version("1", "bb"), Version("1", "ab")], VersionOrder.Numeric);
        Assert.Equal("bb", set.Versions[0].ContentHash);
        Assert.Single(set.Ambiguous);
    }

    [Fact]
    public void P3_2_A_copy_is_not_ambiguous()
    {
        var set = CurrentVersions.Select([Version(null, "aa"), Version(null, "aa")], VersionOrder.Numeric);
        Assert.Single(set.Versions);
        Assert.Empty(set.Ambiguous);
    }

    [Fact]
    public void P3_2_What_only_superseded_versions_leave_open_is_not_ambiguous() =>
        Assert.Empty(CurrentVersions.Select([Version("1", "aa"), Version("1", "bb"), Version("2", "ab")], VersionOrder.Numeric).Ambiguous);

    [Theory]
    [InlineData(VersionOrder.Numeric, null, true)]
    [InlineData(VersionOrder.Numeric, 0, true)]
    [InlineData(VersionOrder.Numeric, 1, true)]
    [InlineData(VersionOrder.Numeric, -1, false)]
    [InlineData(VersionOrder.LastUpdated, null, true)]
    [InlineData(VersionOrder.LastUpdated, 0, true)]
    [InlineData(VersionOrder.LastUpdated, -1, false)]
    public void P3_2_A_retraction_without_a_version_id_retracts_what_is_not_newer(VersionOrder order, int? hoursLater, bool retracts)
    {
        ResourceVersion[] versions = [Version("2", "b", Monday), Retraction("a", hoursLater is { } hours ? Monday.AddHours(hours) : null)];
        Assert.Equal(retracts, Current(order, versions).Retracted);
        Assert.Equal(retracts, Current(order, [.. versions.Reverse()]).Retracted);
    }

    [Fact]
    public void P3_2_A_retraction_is_judged_by_the_newest_version_also_where_version_ids_and_times_disagree()
    {
        ResourceVersion[] versions = [Version("2", "b", Monday), Version("1", "c", Monday.AddHours(2)), Retraction("a", Monday.AddHours(1))];
        Assert.True(Current(VersionOrder.Numeric, versions).Retracted);
        Assert.False(Current(VersionOrder.LastUpdated, versions).Retracted);
    }

    [Fact]
    public void P11_1_The_order_in_which_versions_and_retractions_come_changes_nothing()
    {
        var version = from id in Gen.Elements(null, "1", "2", "f00d")
                      from hours in Gen.Elements<int?>(null, 0, 1, 2)
                      from retracted in Gen.Elements(true, false)
                      from content in Gen.Elements("a", "b")
                      select Version(id, $"{content}-{id}-{hours}-{retracted}", hours is { } later ? Monday.AddHours(later) : null) with { Retracted = retracted };
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2000), Prop.ForAll(version.Three().ToArbitrary(), three =>
        {
            var (a, b, c) = three;
            ResourceVersion[][] orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a], [a, b, c, a]];
            return Enum.GetValues<VersionOrder>().All(order => orders.Select(o => Chosen(CurrentVersions.Select(o, order))).Distinct().Count() == 1);
        }));

        static (string, bool) Chosen(CurrentVersionSet set) => (set.Versions.Single().ContentHash, set.Ambiguous.Count > 0);
    }

    [Fact]
    public void E24_An_older_version_that_arrives_last_is_ignored()
    {
        var course = new Course().Infused().Count(Lineages.Anc, 22, 900, id: "a", version: "2").Count(Lineages.Anc, 22, 100, id: "a", version: "1");
        Assert.Equal(900, course.On(22).Lineages.Anc.Latest!.Value);
    }

    [Fact]
    public void P3_2_A_new_version_replaces_everything_that_an_earlier_one_said()
    {
        static CellCount Count(string lineage, decimal value) => new()
        {
            Slot = lineage,
            Lineage = lineage,
            Value = value,
            Received = "",
            Time = ClinicalTime.On(Course.Date(22)),
        };
        var course = new Course().Infused()
            .Add(("Observation", "panel"), v => v with { CellCounts = [Count(Lineages.Anc, 100), Count(Lineages.Platelets, 9_000)] })
            .Add(("Observation", "panel"), v => v with { CellCounts = [Count(Lineages.Anc, 900)] }, "2");
        Assert.Equal((900m, null), (course.On(22).Lineages.Anc.Latest!.Value, course.On(22).Lineages.Platelets.Latest));
    }

    [Fact]
    public void P3_2_A_result_moved_to_another_patient_leaves_the_first()
    {
        var course = new Course().Infused().Count(Lineages.Anc, 22, 100, id: "a");
        var moved = course.Versions[^1] with { VersionId = "2", Patient = new PatientKey("main", "p2") };
        var record = course.Record();
        Assert.Null(course.Assess(record with { Resources = [.. record.Resources, moved] }, course.Moment(22, "23:00")).Lineages.Anc.Latest);
    }

    [Fact]
    public void P3_2_Version_ambiguous_is_reported_once_for_what_is_seen_and_raises_no_flag()
    {
        var course = new Course().Infused().Count(Lineages.Anc, 22, 100, id: "a", version: null).Count(Lineages.Anc, 22, 200, id: "a", version: null);
        Assert.Empty(course.On(21).DataQuality);
        var assessment = course.Assess(course.Record() with { Ambiguous = [course.Versions[^1].Resource] }, course.Moment(22, "23:00"));
        Assert.Equal(new DataQualityFinding(DataQualityCodes.VersionAmbiguous, "Observation/a", assessment.DataQuality[0].Text), Assert.Single(assessment.DataQuality));
        Assert.False(assessment.HasActive(FlagCodes.DataQuality));
    }

    [Fact]
    public void P11_6_The_facts_of_a_retired_id_join_the_survivor_when_it_is_named()
    {
        var course = new Course().Infused().Count(Lineages.Anc, 22, 100, id: "a");
        var retired = new PatientKey("main", "old");
        var record = course.Record() with { Resources = [.. course.Versions.Select(v => v.Resource.Id == "a" ? v with { Patient = retired } : v)] };
        Assert.Null(course.Assess(record, course.Moment(22, "23:00")).Lineages.Anc.Latest);
        Assert.Equal(100, course.Assess(record with { MergedFrom = [retired] }, course.Moment(22, "23:00")).Lineages.Anc.Latest!.Value);
    }

    private static ResourceVersion Current(VersionOrder order, params ResourceVersion[] versions) => CurrentVersions.Select(versions, order).Versions[0];

    private static ResourceVersion Retraction(string hash, DateTimeOffset? updated) => Version(null, hash, updated) with { Retracted = true };

    private static ResourceVersion Version(string? id, string hash, DateTimeOffset? updated = null) => new()
    {
        Resource = new ResourceKey("main", "Observation", "o"),
        VersionId = id,
        ContentHash = hash,
        LastUpdated = updated,
        Patient = Course.Patient,
    };
}
