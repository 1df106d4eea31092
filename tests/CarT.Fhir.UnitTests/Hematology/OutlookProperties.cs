using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What holds for the sentences of every course: they are there, they hold, and no day changes them on its own.</summary>
public partial class OutlookProperties
{
    [Fact]
    public void P7_1_One_more_value_that_is_said_to_resolve_a_lineage_resolves_it() => Hold(p => p.Resolutions());

    [Fact]
    public void P6_1_One_more_low_value_that_is_said_to_make_a_lineage_severe_makes_it_severe() => Hold(p => p.Lows());

    [Fact]
    public void P9_6_P9_7_A_value_that_is_said_to_end_a_hold_ends_it() => Hold(p => p.HoldEnds());

    [Fact]
    public void P6_2_Dependence_begins_and_ends_as_it_is_said() => Hold(p => p.Dependence());

    [Fact]
    public void P6_4_What_is_said_to_be_missing_for_the_absence_of_severe_cytopenia_is_all_that_is_missing() => Hold(p => p.Conclusions());

    [Fact]
    public void P8_2_P9_9_P10_2_What_is_said_to_come_on_a_date_comes_on_it() => Hold(p => p.Days());

    [Fact]
    public void P9_3_P9_8_A_dose_step_is_proposed_when_what_it_waits_for_is_there() => Hold(p => p.DoseSteps());

    /// <summary>But a sentence may end on a date that it names.</summary>
    [Fact]
    public void P11_4_A_day_that_brings_nothing_changes_no_text() => AssessmentProperties.ForAllCourses(random =>
    {
        if (Promises.Of(random) is not { } known) return true;
        var before = known.On(0);
        for (var day = 1; day <= 10; day++)
        {
            var after = known.On(day);
            var today = after.Episode!.InfusedOn.AddDays(after.Episode.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var going = Texts(before).Where(text => !text.Contains(today, StringComparison.Ordinal) || Texts(after).Contains(text));
            if (WithoutTexts(before) == WithoutTexts(after)) Assert.Equal(string.Join('\n', going), string.Join('\n', Texts(after)));
            before = after;
        }

        return true;
    });

    [Fact]
    public void P8_4_Every_state_flag_and_proposal_has_a_sentence_with_real_dates_and_no_running_day() => AssessmentProperties.ForAllCourses(random =>
    {
        var assessment = random.Course.Assess(random.Course.Record(), random.Moment());
        List<string> all = [.. assessment.Reasons, .. assessment.Flags.Select(f => f.Text), .. assessment.CarePlan.Activities.Select(a => a.Text)];
        return assessment.Reasons.Count > 0
            && all.TrueForAll(text => text.Length > 0 && !RunningDay().IsMatch(text) && DatesIn(text).All(IsDate))
            && assessment.Reasons.Distinct().Count() == assessment.Reasons.Count
            && assessment.Reasons.All(static reason => reason.Length < 600);
    });

    /// <summary>Each promise holds, and the courses make some: a property that never tries anything is none.</summary>
    private static void Hold(Func<Promises, IEnumerable<bool>> kind)
    {
        var tried = 0;
        AssessmentProperties.ForAllCourses(random =>
        {
            if (Promises.Of(random) is not { } promises) return true;
            var results = kind(promises).ToList();
            tried += results.Count;
            return !results.Contains(false);
        });
        Assert.NotEqual(0, tried);
    }

    /// <summary>
    /// Everything that is no text. Grades follow their own windows.
    /// </summary>
    private static string WithoutTexts(Assessment assessment) => JsonSerializer.Serialize(
        assessment with
        {
            AsOf = default,
            NextReviewAt = null,
            Episode = assessment.Episode! with { Day = 0 },
            Reasons = [],
            Grades = Grades.None,
            Flags = [.. assessment.Flags.Select(f => f with { Text = "" })],
            CarePlan = new ProposedCarePlan([.. assessment.CarePlan.Activities.Select(a => a with { Text = "" })]),
        },
        CartJson.Options);

    /// <summary>But for what is proposed to be considered: that says "after the liver panel" from a day on that the protocol names (P9.4).</summary>
    private static IEnumerable<string> Texts(Assessment assessment) =>
    [
        .. assessment.Reasons,
        .. assessment.Flags.Select(f => f.Text),
        .. assessment.CarePlan.Activities.Where(a => a.Code is not (ActivityCodes.ConsiderEltrombopag or ActivityCodes.ConsiderRomiplostim)).Select(a => a.Text),
    ];

    private static IEnumerable<string> DatesIn(string text) => LooksLikeDate().Matches(text).Select(m => m.Value);

    private static bool IsDate(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    [GeneratedRegex(@"\d+-\d+-\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LooksLikeDate();

    [GeneratedRegex(@"\bin (\d+|one|two|three|four|five) days?\b|\bago\b|\btoday\b|\btomorrow\b|\byesterday\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RunningDay();
}
