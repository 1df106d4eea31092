using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>Which interval of a flag is the same as one that was published (P11.3): by its first day, else by a day in common.</summary>
public class FlagIdentityTests
{
    private static readonly HashSet<string> Nothing = [];

    [Theory]
    [InlineData(30, 40, 35, 50, true)]
    [InlineData(30, 40, 25, 31, true)]
    [InlineData(30, null, 39, null, true)]
    [InlineData(30, 40, 30, 31, true)]
    [InlineData(30, 40, 24, 30, false)]
    [InlineData(30, 40, 40, 50, false)]
    [InlineData(30, 40, 24, 28, false)]
    [InlineData(30, 40, 45, null, false)]
    public void P11_3_Intervals_with_a_day_in_common_are_the_same_and_neighbours_are_not(int since, int? until, int newSince, int? newUntil, bool same)
    {
        var changes = Apply([Published(1, since, until)], Flag(newSince, newUntil));
        Assert.Equal([same ? 1 : 2], changes.Ordinals);
        Assert.Equal(same ? 0 : 1, changes.Withdrawn.Count);
    }

    [Fact]
    public void P11_3_An_interval_that_is_cut_in_two_keeps_its_number_for_the_first_part_only() =>
        Assert.Equal([1, 2], Apply([Published(1, 30, 50)], Flag(30, 35), Flag(40, null)).Ordinals);

    [Fact]
    public void P11_3_The_same_first_day_goes_before_an_overlap()
    {
        // The earlier interval came to light later and has the greater number.
        var changes = Apply([Published(1, 40, 45), Published(2, 30, 35)], Flag(30, null));
        Assert.Equal([2], changes.Ordinals);
        Assert.Equal([1], changes.Withdrawn.Select(w => w.Ordinal));
    }

    [Fact]
    public void P11_3_Another_code_or_another_episode_is_another_flag()
    {
        Assert.Equal([1], Apply([Published(1, 30, 40) with { Code = FlagCodes.Relapse }], Flag(30, 40)).Ordinals);
        Assert.Equal([1], Apply([Published(1, 30, 40) with { Episode = 2 }], Flag(30, 40)).Ordinals);
    }

    [Theory]
    [InlineData(FlagStatuses.EnteredInError)]
    [InlineData(FlagStatuses.Inactive)]
    public void P11_3_A_withdrawn_interval_keeps_its_status_and_its_end(string status)
    {
        var corrected = new HashSet<string> { "Observation/a" };
        var withdrawn = Published(1, 30, 35) with { WithdrawnAs = status, Evidence = status == FlagStatuses.Inactive ? ["Observation/a"] : [] };
        var changes = FlagHistory.Apply([withdrawn], Assessed(), corrected);
        Assert.Equal((status, Course.Date(35)), (Assert.Single(changes.Withdrawn).Status, changes.Withdrawn[0].Until));
        Assert.Equal(withdrawn, Assert.Single(changes.Published));
    }

    [Theory]
    [InlineData(30, 45, 45)]
    [InlineData(30, 60, 60)]
    [InlineData(30, 70, 60)]
    [InlineData(30, null, 60)]
    [InlineData(60, null, 60)]
    [InlineData(65, null, 65)]
    public void P11_3_A_withdrawn_interval_ends_at_the_latest_today_and_never_before_it_began(int since, int? until, int ended) =>
        Assert.Equal(Course.Date(ended), Assert.Single(Apply([Published(1, since, until)]).Withdrawn).Until);

    [Fact]
    public void P11_3_What_is_kept_as_published_is_in_order_of_episode_code_and_number()
    {
        var changes = Apply(
            [Published(2, 24, 25) with { Episode = 2 }, Published(2, 26, 27), Published(1, 22, 23), Published(1, 22, 23) with { Code = FlagCodes.DataQuality }],
            Flag(50, null));
        Assert.Equal(
            [(1, FlagCodes.DataQuality, 1), (1, FlagCodes.ScreeningDue, 1), (1, FlagCodes.ScreeningDue, 2), (1, FlagCodes.ScreeningDue, 3), (2, FlagCodes.ScreeningDue, 2)],
            changes.Published.Select(p => (p.Episode, p.Code, p.Ordinal)));
        Assert.Equal(4, changes.Withdrawn.Count);
    }

    /// <summary>The flags of a new assessment of day 60.</summary>
    private static FlagChanges Apply(IReadOnlyList<PublishedFlag> published, params IReadOnlyList<AssessedFlag> flags) =>
        FlagHistory.Apply(published, Assessed() with { Flags = flags }, Nothing);

    private static Assessment Assessed() => new Course().Infused().On(60) with { Flags = [] };

    private static PublishedFlag Published(int ordinal, int since, int? until) =>
        new(FlagCodes.ScreeningDue, 1, ordinal, Course.Date(since), until is { } day ? Course.Date(day) : null, [], "text", null);

    private static AssessedFlag Flag(int since, int? until) => new()
    {
        Code = FlagCodes.ScreeningDue,
        Status = until is null ? FlagStatuses.Active : FlagStatuses.Inactive,
        Episode = 1,
        Since = Course.Date(since),
        Until = until is { } day ? Course.Date(day) : null,
        Evidence = [],
        Text = "text",
    };
}
