namespace CarT.Fhir.Simulator.Courses;

/// <summary>
/// Severe persistent cytopenia treated with a TPO receptor agonist. Until its day of resolution a lineage is low, or above its threshold only within
/// a week of a transfusion; from that day on it is above without support. So three values on different days date the resolution exactly.
/// </summary>
internal sealed class TreatedCourse
{
    private const int SupportDays = 7;
    private const int AplasiaFrom = 6;
    private const int LastTransfusedAfter = 32;

    private readonly ExpectedCourse plan;
    private readonly Chart chart;
    private readonly Dice dice;
    private readonly Laboratory laboratory;
    private readonly int? plateletsOn;
    private readonly int? ancOn;
    private readonly int? hemoglobinOn;
    private readonly List<int> plateletTransfusions;
    private readonly List<int> redCellTransfusions;

    public TreatedCourse(ExpectedCourse plan, Chart chart, Dice dice)
    {
        this.plan = plan;
        this.chart = chart;
        this.dice = dice;
        laboratory = new Laboratory(chart, dice) { Careful = true };
        plateletsOn = plan.StartDay + plan.DaysToPlatelets;
        ancOn = plan.StartDay + plan.DaysToAnc;
        hemoglobinOn = plan.StartDay + plan.DaysToHemoglobin;
        // Who never resolves is left at a stable low count, without transfusions, so that a response by another lineage is possible.
        plateletTransfusions = TransfusionDays((plateletsOn ?? plan.StartDay + LastTransfusedAfter) - SupportDays, 3, 4);
        // Never a whole week apart: a patient who still needs red cells must not look independent on the morning before the next bag.
        redCellTransfusions = TransfusionDays((hemoglobinOn ?? plan.StartDay + LastTransfusedAfter) - SupportDays, 4, 6);
    }

    public void Write()
    {
        laboratory.Inflammation(-6, Math.Round((decimal)dice.Between(3.5, 9.0), 1), Math.Round((decimal)dice.Between(900.0, 4200.0)));
        foreach (var day in plateletTransfusions) chart.Transfuse(dice.Pick<Code>(Codes.PlateletTransfusion), "platelets-given", day);
        foreach (var day in redCellTransfusions) chart.Transfuse(dice.Pick<Code>(Codes.RedCellTransfusion), "red-cells-given", day);
        var tapering = TaperFrom();
        var lastDay = Treat(tapering);
        var followedTo = Math.Max(lastDay, tapering) + 28;
        foreach (var day in DrawDays(followedTo))
        {
            laboratory.BloodCount(day, Anc(day), Platelets(day), Hemoglobin(day));
            if (day % 7 == 0 || day == plan.StartDay) laboratory.Alt(day, dice.Between(16, 39));
        }

        for (var day = 8; day < (ancOn ?? followedTo); day++) chart.Give(Codes.Filgrastim, day, 300m, "ug");
    }

    // Backwards from the last: the chain shows dependence up to the start of treatment and beyond.
    private List<int> TransfusionDays(int last, int shortest, int longest)
    {
        List<int> days = [];
        for (var day = last - dice.Between(0, 1); day >= AplasiaFrom; day -= dice.Between(shortest, longest)) days.Insert(0, day);
        return days;
    }

    private int TaperFrom()
    {
        var resolved = Math.Min(plateletsOn ?? int.MaxValue, ancOn ?? int.MaxValue);
        var independent = Math.Max(plateletTransfusions[^1], redCellTransfusions[^1]) + SupportDays;
        return Math.Max(resolved + 7, independent) + 7;
    }

    /// <summary>Gives every dose and returns the day of the last.</summary>
    private int Treat(int tapering)
    {
        var romiplostimFrom = plan.Drug == SyntheticCohort.Both ? plan.StartDay + 14 : plan.StartDay;
        if (plan.Drug != SyntheticCohort.Eltrombopag)
            foreach (var day in new[] { romiplostimFrom, romiplostimFrom + 7 })
                chart.Give(Codes.Romiplostim, day, 125m, "ug");
        if (plan.Drug == SyntheticCohort.Romiplostim) return romiplostimFrom + 7;
        var given = plan.StartDay;
        for (var dose = 0m; given < tapering || dose > 0; given++)
        {
            dose = Dose(given, tapering);
            if (dose > 0) chart.Give(Codes.Eltrombopag, given, dose, "mg");
        }

        return given - 2;
    }

    // 50 mg more each two weeks until the response, 50 mg less each two weeks after it; both agents together stay at 100 mg.
    private decimal Dose(int day, int tapering)
    {
        var cap = plan.Drug == SyntheticCohort.Both ? 100m : 150m;
        var weeks = (Math.Min(day, tapering - 1) - plan.StartDay) / 14;
        var highest = Math.Min(cap, 50m * (weeks + 1));
        return day < tapering ? highest : highest - (50m * (((day - tapering) / 14) + 1));
    }

    private decimal Anc(int day)
    {
        if (day < 4) return (decimal)(dice.Between(1.8, 3.2) * (4.5 - Math.Max(day, 0)) / 4.5);
        return day >= ancOn ? Risen(0.62, 2.4, day - ancOn.Value, 0.10) : (decimal)Math.Min(0.48, dice.Between(0.02, 0.45) * dice.Wobble(0.2));
    }

    private decimal Platelets(int day)
    {
        if (day < AplasiaFrom) return (decimal)(dice.Between(70.0, 110.0) - (10 * Math.Max(day, 0)));
        if (day >= plateletsOn) return Risen(26, 115, day - plateletsOn.Value, 0.06);
        return MayBeSupported(plateletTransfusions, day) ? dice.Between(22, 38) : dice.Between(5, 19);
    }

    private decimal Hemoglobin(int day)
    {
        if (day < AplasiaFrom) return (decimal)(dice.Between(8.8, 9.6) - (0.1 * Math.Max(day, 0)));
        if (day >= hemoglobinOn) return Risen(8.5, 11.0, day - hemoglobinOn.Value, 0.01);
        return (decimal)(MayBeSupported(redCellTransfusions, day) ? dice.Between(8.2, 9.2) : dice.Between(6.9, 7.9));
    }

    // A draw is taken in the morning and a transfusion given in the afternoon: it lifts the draws of the following days, about every second one. On a
    // day of transfusion the draw is the low value that called for it, and on the day of the first dose every lineage is low.
    private bool MayBeSupported(List<int> transfusions, int day) =>
        day != plan.StartDay && !transfusions.Contains(day) && transfusions.Exists(given => given < day && day - given < SupportDays) && dice.Chance(0.5);

    private decimal Risen(double from, double to, int days, double noise)
    {
        var share = Math.Min(1, days / 28.0);
        return (decimal)Math.Max(from, (from + (share * (to - from))) * dice.Wobble(noise));
    }

    // Daily in hospital, then three times a week, and on each day on which a lineage comes back, with the two days after the last; weekly when all is settled.
    private SortedSet<int> DrawDays(int last)
    {
        int[] resolutions = [.. new[] { plateletsOn, ancOn, hemoglobinOn }.OfType<int>()];
        SortedSet<int> days = [-6, -1, .. Enumerable.Range(0, 15), plan.StartDay, .. resolutions];
        days.UnionWith(Enumerable.Range(days.Max, 3));
        var settled = Math.Max(resolutions.Max(), Math.Max(plateletTransfusions[^1], redCellTransfusions[^1])) + 14;
        int[] steps = [2, 2, 3];
        for (int day = 16, i = 0; day <= last; day += day > settled ? 7 : steps[i++ % 3]) days.Add(day);
        return days;
    }
}
