using System.Globalization;
using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// What an assessment says would change it, taken at its word: what was known then, and exactly the fact that a sentence names. Each member finds the
/// sentences of one kind and gives for each whether it held, and null where it could not be tried.
/// </summary>
internal sealed partial class Promises(Course course, Assessment now)
{
    private const string Time = "12:00";

    private readonly int today = now.Episode!.InfusedOn.DayNumber + now.Episode.Day - Course.Day0.DayNumber;

    /// <summary>The known facts only, so that nothing of later days keeps a sentence from coming true.</summary>
    public static Promises? Of(RandomCourse random)
    {
        var asOf = random.Moment();
        var known = Copy(random.Course, random.Course.Versions.Where(v => AssessmentProperties.TimeOf(v, random.Course) <= asOf));
        var assessment = known.Assess(known.Record(), asOf);
        return assessment.Episode is null ? null : new Promises(known, assessment);
    }

    /// <summary>The assessment so many days later, when nothing more becomes known.</summary>
    public Assessment On(int daysLater) => course.Assess(course.Record(), now.AsOf.AddDays(daysLater));

    /// <summary>P7.1: one more Recovered value, on the next day and on the last that is allowed; a value at the threshold does not do.</summary>
    public IEnumerable<bool> Resolutions() => Find(OneMoreRecovered()).SelectMany(said => DaysUpTo(said, "by").Select(day =>
    {
        var (lineage, threshold) = (LineageOf(said), Number(said));
        var resolved = After(c => c.Count(lineage, day, threshold * 1.01m, Time, id: "promised"), day);
        var low = After(c => c.Count(lineage, day, threshold, Time, id: "promised"), day);
        return resolved.Lineages.Of(lineage).ConfirmedOn == Course.Date(day) && low.Lineages.Of(lineage).ResolvedOn is null;
    }));

    /// <summary>P6.1 and P7.7: one more low value; one above the threshold does not do.</summary>
    public IEnumerable<bool> Lows() => Find(OneMoreLow()).SelectMany(said => DaysUpTo(said, "by").Select(day =>
    {
        var (lineage, threshold) = (LineageOf(said), Number(said));
        var low = After(c => c.Count(lineage, day, threshold, Time, id: "promised"), day);
        var recovered = After(c => c.Count(lineage, day, threshold * 1.01m, Time, id: "promised"), day);
        var severe = said.Groups["what"].Value.Contains("severe", StringComparison.Ordinal);
        var lost = said.Groups["what"].Value.Contains("lost", StringComparison.Ordinal);
        return (!severe || (SaysSevere(low, day) && !SaysSevere(recovered, day))) && (!lost || low.Lineages.Of(lineage).ResolvedOn is null);

        bool SaysSevere(Assessment a, int on) =>
            a.HasActive(FlagCodes.SeverePersistentCytopenia)
            && Regex.IsMatch(a.Flag(FlagCodes.SeverePersistentCytopenia)!.Text, $"{said.Groups["lineage"].Value} low on [^(]*{Course.Date(on):yyyy-MM-dd}", RegexOptions.None, TimeSpan.FromSeconds(1));
    }));

    /// <summary>P9.6 and P9.7: a value beyond the limit ends a hold, one at the limit does not.</summary>
    public IEnumerable<bool> HoldEnds()
    {
        foreach (var said in Find(PlateletHold()))
        {
            var resume = Number(said);
            if (After(c => c.Count(Lineages.Platelets, today + 1, resume - 1, Time, id: "promised"), today + 1).HasActive(FlagCodes.ThrombocytosisHold)) yield return false;
            var (later, limit) = (Day(said, "from"), decimal.Parse(said.Groups["limit"].Value, CultureInfo.InvariantCulture));
            var atResume = After(c => c.Count(Lineages.Platelets, today + 1, resume, Time, id: "promised"), today + 1);
            if (atResume.State != States.Closed && today + 1 < later) yield return atResume.HasActive(FlagCodes.ThrombocytosisHold);
            var atLimit = After(c => c.Count(Lineages.Platelets, later, limit, Time, id: "promised"), later);
            if (later > today && GivesNothingMore(atLimit)) yield return !atLimit.HasActive(FlagCodes.ThrombocytosisHold);
        }

        foreach (var said in Find(AltHold()))
        {
            var border = Number(said) * 40;
            yield return !After(c => c.Alt(today + 1, border - 1), today + 1).HasActive(FlagCodes.HepatotoxicityHold);
            var atBorder = After(c => c.Alt(today + 1, border), today + 1);
            yield return atBorder.State == States.Closed || atBorder.HasActive(FlagCodes.HepatotoxicityHold);
        }
    }

    /// <summary>P6.2: when dependence begins with one more transfusion, when it ends, and what it does on the first day of detection.</summary>
    public IEnumerable<bool> Dependence()
    {
        foreach (var said in Find(OneMoreTransfusion()))
        {
            if (Day(said, "by") is var day && day <= today) continue;
            var product = LineageOf(said) == Lineages.Platelets ? BloodProducts.Platelets : BloodProducts.RedCells;
            // There may be an interval that is over.
            yield return After(c => c.Blood(product, day, Time, "promised"), day).Flags.Any(flag =>
                flag is { Code: FlagCodes.TransfusionDependent, Until: null }
                && flag.Text.Contains(said.Groups["lineage"].Value + " transfusion-dependent", StringComparison.Ordinal));
        }

        foreach (var said in Find(DependenceEnds()))
        {
            var (before, after) = (After(c => c, Day(said, "on") - 1), After(c => c, Day(said, "on")));
            var other = now.Reasons.Count(r => DependenceEnds().IsMatch(r) || DependentFrom().IsMatch(r)) > 1;
            if (before.State == States.Closed || after.State == States.Closed || other) continue;
            yield return before.HasActive(FlagCodes.TransfusionDependent) && !after.HasActive(FlagCodes.TransfusionDependent);
        }

        foreach (var said in Find(DependentFrom()))
        {
            var then = After(c => c, Day(said, "on"));
            yield return then.State == States.Closed || (then.HasActive(FlagCodes.SeverePersistentCytopenia) && then.HasActive(FlagCodes.TransfusionDependent));
        }
    }

    /// <summary>P6.4: with what is named, on the last of the days named, no severe cytopenia is concluded.</summary>
    public IEnumerable<bool> Conclusions()
    {
        foreach (var said in now.Reasons.Where(r => r.StartsWith("The absence of severe cytopenia is concluded from", StringComparison.Ordinal)))
        {
            if (now.Therapy.StartedOn is not null) continue;
            var day = Dates().Matches(said).Select(m => Day(m.Value)).Append(today + 1).Max();
            var then = After(c =>
            {
                if (said.Contains("ANC above", StringComparison.Ordinal)) c.Count(Lineages.Anc, day, 501, Time, id: "promised-1");
                if (said.Contains("platelets above", StringComparison.Ordinal)) c.Count(Lineages.Platelets, day, 20_001, Time, id: "promised-2");
                return said.Contains("hemoglobin above", StringComparison.Ordinal) ? c.Count(Lineages.Hemoglobin, day, 8.1m, Time, id: "promised-3") : c;
            }, day);
            yield return then.State is States.NoSevereCytopenia or States.Closed;
        }
    }

    /// <summary>P8.2, P9.9, P10.2: what only time brings.</summary>
    public IEnumerable<bool> Days()
    {
        foreach (var said in Find(ResponseMet()))
            yield return After(c => c, Day(said, "on")).Response.Met && (Day(said, "on") - 1 <= today || !After(c => c, Day(said, "on") - 1).Response.Met);
        foreach (var said in Find(Closes()))
        {
            var then = After(c => c, Day(said, "on"));
            if (!GivesNothingMore(then) || then.HasActive(FlagCodes.SeverePersistentCytopenia)) continue;
            yield return then.State == States.Closed && (Day(said, "on") - 1 <= today || After(c => c, Day(said, "on") - 1).State != States.Closed);
        }

        foreach (var said in Find(WithoutResponse()))
        {
            var then = After(c => c, Day(said, "on"));
            if (said.Groups["goes"].Success || then.State is States.Closed or States.SafetyHold) continue;
            yield return then.State == States.NonResponder;
        }
    }

    /// <summary>
    /// P9.3 and P9.8: the next dose step, with daily doses until it is due and everything that it waits for. Tried where the tablet of today is known
    /// and no statement gives others.
    /// </summary>
    public IEnumerable<bool> DoseSteps()
    {
        var given = now.Therapy.Agents.SingleOrDefault(a => a.Agent == Agents.Eltrombopag);
        if (given?.LatestDose is not { } dose || given.LatestOn != Course.Date(today) || course.Versions.Any(v => v.DrugStatements.Count > 0)) yield break;
        foreach (var said in Find(HigherDose()))
        {
            if (said.Value.Contains("dose days", StringComparison.Ordinal)) continue;
            var day = Math.Max(today + 1, said.Groups["on"].Success ? Day(said, "on") : 0);
            if (said.Groups["since"].Success && !IsGivenOften(Day(said, "since"), day)) continue;
            var then = After(c => c.Eltrombopag(dose.Value, today + 1, day - 1).Count(Lineages.Platelets, day, 20_000, Time, id: "promised").Alt(day, 30), day);
            if (then.State == States.OnTreatment && then.Therapy.StartedOn == now.Therapy.StartedOn)
                yield return then.Activity(ActivityCodes.EscalateEltrombopag)?.Dose?.Value == Number(said);
        }

        foreach (var said in Find(NextTaper()))
        {
            var day = Day(said, "on");
            if (day <= today) continue;
            var then = After(c => c.Eltrombopag(dose.Value, today + 1, day - 1), day);
            var before = After(c => c.Eltrombopag(dose.Value, today + 1, day - 2), day - 1);
            if (then.State is States.Responded or States.Tapering)
                yield return IsTapered(then) && !IsTapered(before);
        }

        static bool IsTapered(Assessment a) =>
            (a.Activity(ActivityCodes.TaperTpoRa) ?? a.Activity(ActivityCodes.StopTpoRaReview) ?? a.Activity(ActivityCodes.ReduceTpoRa)) is not null;
    }

    /// <summary>The sentence asks for doses on enough of the days; from tomorrow on there is one on each.</summary>
    private bool IsGivenOften(int since, int day)
    {
        var given = course.Versions.SelectMany(v => v.DrugsGiven).Where(d => d.Agent == Agents.Eltrombopag).Select(d => DayOf(d.Time)).Where(d => d >= since && d <= today);
        return (given.Distinct().Count() + day - 1 - today) * 100 >= course.Definition.Escalation.DoseDaysMinPercent * (day - since);
    }

    private int DayOf(ClinicalTime time) =>
        (time.Date ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.Instant!.Value, course.Zone).DateTime)).DayNumber - Course.Day0.DayNumber;

    private static Course Copy(Course course, IEnumerable<ResourceVersion> versions)
    {
        var copy = new Course { Zone = course.Zone, Provides = course.Provides, Definition = course.Definition };
        foreach (var version in versions) copy.Add((version.Resource.Type, version.Resource.Id), v => version with { ContentHash = v.ContentHash });
        return copy;
    }

    /// <summary>A statement without an end goes on giving doses.</summary>
    private bool GivesNothingMore(Assessment later) => later.Therapy.Agents.All(a => !(a.LatestOn > Course.Date(today)));

    private Assessment After(Func<Course, Course> add, int day)
    {
        var then = add(Copy(course, course.Versions));
        return then.Assess(then.Record(), then.Moment(day, "23:59"));
    }

    private IEnumerable<Match> Find(Regex sentence) => now.Reasons.Select(r => sentence.Match(r)).Where(m => m.Success);

    private int[] DaysUpTo(Match said, string group) => Day(said, group) is var last && last > today ? [.. new[] { today + 1, last }.Distinct()] : [];

    private static string LineageOf(Match said) => said.Groups["lineage"].Value switch
    {
        "ANC" => Lineages.Anc,
        "Platelets" => Lineages.Platelets,
        _ => Lineages.Hemoglobin,
    };

    private static decimal Number(Match said) => decimal.Parse(said.Groups["number"].Value, CultureInfo.InvariantCulture);

    private static int Day(Match said, string group) => Day(said.Groups[group].Value);

    private static int Day(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber - Course.Day0.DayNumber;

    [GeneratedRegex(@"^(?<lineage>\w+): one more value above (?<number>[\d.]+) \S+ on another day by (?<by>[\d-]+), with no \S+ transfusion before it, resolves", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneMoreRecovered();

    [GeneratedRegex(@"^(?<lineage>\w+): one more value of at most (?<number>[\d.]+) \S+ on another day by (?<by>[\d-]+), .* makes (?<what>[^(]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneMoreLow();

    [GeneratedRegex(@"^The hold for platelets ends with a daily maximum below (?<number>\d+) /uL, or of at most (?<limit>\d+) /uL from (?<from>[\d-]+) on", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlateletHold();

    [GeneratedRegex(@"^The hold for ALT ends with an ALT below (?<number>[\d.]+) times", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AltHold();

    [GeneratedRegex(@"^(?<lineage>\w+): one more \S+ transfusion on another day by (?<by>[\d-]+), .* makes the lineage transfusion-dependent", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneMoreTransfusion();

    [GeneratedRegex(@"^(?<lineage>\w+): the transfusion dependence ends on (?<on>[\d-]+) without", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DependenceEnds();

    [GeneratedRegex(@"^(?<lineage>\w+): transfusion-dependent from (?<on>[\d-]+) on by", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DependentFrom();

    [GeneratedRegex(@"^The response is met on (?<on>[\d-]+) with", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ResponseMet();

    [GeneratedRegex(@"^The episode closes on (?<on>[\d-]+) if", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Closes();

    [GeneratedRegex(@"^Without a resolved lineage the treatment counts as without response on (?<on>[\d-]+):.*?(?<goes>goes on)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithoutResponse();

    [GeneratedRegex(@"^A higher dose of eltrombopag \((?<number>[\d.]+) mg daily\) waits for: ((?<on>[\d-]{10}), [^;]* on (?<since>[\d-]{10}), )?.*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HigherDose();

    [GeneratedRegex(@"^The next step of the taper is due on (?<on>[\d-]+):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NextTaper();

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Dates();
}
