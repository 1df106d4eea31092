using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class FlagHistoryTests
{
    private static readonly HashSet<string> Nothing = [];

    [Fact]
    public void P11_3_Intervals_are_numbered_per_code_and_episode()
    {
        var assessment = TwiceSevere().On(45);
        var changes = FlagHistory.Apply([], assessment, Nothing);
        Assert.Equal([1, 2], Ordinals(assessment, changes, FlagCodes.SeverePersistentCytopenia));
        Assert.Empty(changes.Withdrawn);
    }

    [Fact]
    public void P11_3_An_interval_keeps_its_ordinal_when_it_ends_or_an_earlier_one_comes_to_light()
    {
        var published = FlagHistory.Apply([], new Course().Infused().Anc((40, 300), (44, 200)).On(45), Nothing);
        var assessment = TwiceSevere().On(50);
        var changes = FlagHistory.Apply(published.Published, assessment, Nothing);
        Assert.Equal([2, 1], Ordinals(assessment, changes, FlagCodes.SeverePersistentCytopenia));
    }

    [Theory]
    [InlineData("Observation/anc-23-06:30", FlagStatuses.EnteredInError)]
    [InlineData("Observation/other", FlagStatuses.Inactive)]
    public void P11_3_A_published_interval_that_is_gone_is_withdrawn(string corrected, string status)
    {
        var course = new Course().Infused().Anc((21, 300)).Count(Lineages.Anc, 23, 300);
        var published = FlagHistory.Apply([], course.On(24), Nothing).Published;
        var changes = FlagHistory.Apply(published, course.Count(Lineages.Anc, 23, 900, version: "2").On(24), new HashSet<string> { corrected });
        var withdrawn = Assert.Single(changes.Withdrawn);
        Assert.Equal((FlagCodes.SeverePersistentCytopenia, 1, 1, status), (withdrawn.Code, withdrawn.Episode, withdrawn.Ordinal, withdrawn.Status));
    }

    [Fact]
    public void P11_3_An_open_interval_that_is_withdrawn_ends_on_the_day_of_its_withdrawal()
    {
        var published = FlagHistory.Apply([], new Course().Infused().Anc((21, 300), (23, 300)).On(24), Nothing).Published;
        var today = new Course().Infused().Anc((21, 300)).On(26);
        var changes = FlagHistory.Apply(published, today, Nothing);
        Assert.Equal(today.Episode!.InfusedOn.AddDays(26), Assert.Single(changes.Withdrawn).Until);
        var later = FlagHistory.Apply(changes.Published, new Course().Infused().Anc((21, 300)).On(40), Nothing);
        Assert.Equal(today.Episode.InfusedOn.AddDays(26), Assert.Single(later.Withdrawn).Until);
    }

    [Fact]
    public void P11_3_A_withdrawn_interval_stays_withdrawn_and_its_ordinal_is_not_used_again()
    {
        var low = new Course().Infused().Anc((21, 300), (23, 300)).On(24);
        var published = FlagHistory.Apply([], low, Nothing).Published;
        var gone = FlagHistory.Apply(published, new Course().Infused().Anc((21, 300)).On(24), Nothing);
        var back = FlagHistory.Apply(gone.Published, low, Nothing);
        Assert.Equal([2], Ordinals(low, back, FlagCodes.SeverePersistentCytopenia));
        Assert.Equal(1, Assert.Single(back.Withdrawn).Ordinal);
    }

    [Fact]
    public void P11_3_An_interval_whose_first_day_moves_is_the_same_interval()
    {
        var published = FlagHistory.Apply([], new Course().Infused().Anc((21, 300), (23, 300)).On(26), Nothing).Published;
        var moved = new Course().Infused().Anc((23, 300), (25, 300)).On(26);
        var changes = FlagHistory.Apply(published, moved, Nothing);
        Assert.Equal([1], Ordinals(moved, changes, FlagCodes.SeverePersistentCytopenia));
        Assert.Empty(changes.Withdrawn);
    }

    [Fact]
    public void P11_6_The_flags_of_a_retired_patient_whose_facts_have_left_go_inactive()
    {
        var course = new Course().Infused().Anc((21, 300), (23, 300));
        var published = FlagHistory.Apply([], course.On(26), Nothing).Published;
        var retired = course.Assess(course.Record() with { Resources = [] }, course.Moment(27, "12:00"));
        Assert.Equal(FlagStatuses.Inactive, Assert.Single(FlagHistory.Apply(published, retired, Nothing).Withdrawn).Status);
    }

    [Fact]
    public void P11_4_Only_asOf_the_day_and_the_next_review_may_differ_in_the_same_content()
    {
        var course = new Course().Infused().Anc((21, 300), (23, 300));
        Assert.True(FlagHistory.SameContent(course.On(35), course.On(36)));
        Assert.False(FlagHistory.SameContent(course.On(30), course.On(31)), "the early grade is final from day 31 on");
        Assert.False(FlagHistory.SameContent(course.On(22), course.On(23)));
    }

    private static Course TwiceSevere() => new Course().Infused().Anc((21, 300), (24, 200), (27, 900), (30, 900), (33, 900), (40, 300), (44, 200));

    private static IEnumerable<int> Ordinals(Assessment assessment, FlagChanges changes, string code) =>
        assessment.Flags.Zip(changes.Ordinals).Where(pair => pair.First.Code == code).Select(pair => pair.Second);
}
