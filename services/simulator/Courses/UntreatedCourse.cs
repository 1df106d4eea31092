namespace CarT.Fhir.Simulator.Courses;

/// <summary>
/// The usual course: an early nadir, recovery before day 21, and at most one stray low value of one lineage afterwards. Nobody here becomes severely
/// and persistently cytopenic: from day 21 on there are no two low values of a lineage, and after day 7 at most one transfusion of each kind.
/// </summary>
internal sealed class UntreatedCourse(Chart chart, Dice dice)
{
    private const int LastDay = 100;
    private const int HospitalUntil = 14;

    private readonly Laboratory laboratory = new(chart, dice);
    private readonly int recoveredOn = dice.Between(11, 18);
    private readonly int nadirOn = dice.Between(4, 8);
    private int latePlatelets;
    private int lateRedCells;

    public void Write()
    {
        var counts = (Anc: Lineage(2.2, 5.0, 0.03, 0.6, 1.3, 4.0), Platelets: Lineage(90, 240, 14, 75, 60, 190), Hemoglobin: Lineage(9.2, 12.0, 7.2, 8.8, 9.2, 12.0));
        laboratory.Inflammation(-6, Math.Round((decimal)dice.Between(0.2, 6.0), 1), Math.Round((decimal)dice.Between(80.0, 1900.0)));
        var stray = dice.Chance(0.15) ? dice.Between(24, 45) : int.MaxValue;
        var strayLineage = dice.Between(0, 2);
        var gcsfUntil = dice.Chance(0.35) ? dice.Between(8, 12) : 0;
        foreach (var day in DrawDays())
        {
            var isStray = day >= stray;
            if (isStray) stray = int.MaxValue;
            Draw(day, counts, isStray ? strayLineage : -1);
            if (day % 7 == 0) laboratory.Alt(day, dice.Between(14, 46));
        }

        for (var day = nadirOn; day < gcsfUntil; day++) chart.Give(Codes.Filgrastim, day, 300m, "ug");
        if (gcsfUntil == 0 && dice.Chance(0.1)) chart.Give(Codes.Pegfilgrastim, nadirOn, 6000m, "ug");
    }

    private sealed record Curve(double Baseline, double Nadir, double Plateau);

    private Curve Lineage(double baseLow, double baseHigh, double nadirLow, double nadirHigh, double plateauLow, double plateauHigh) =>
        new(dice.Between(baseLow, baseHigh), dice.Between(nadirLow, nadirHigh), dice.Between(plateauLow, plateauHigh));

    private void Draw(int day, (Curve Anc, Curve Platelets, Curve Hemoglobin) counts, int stray)
    {
        var anc = Value(counts.Anc, day, 0.18, 0.70);
        var platelets = Value(counts.Platelets, day, 0.12, 28);
        var hemoglobin = Value(counts.Hemoglobin, day, 0.03, 8.5);
        if (stray == 0) anc = (decimal)dice.Between(0.30, 0.49);
        if (stray == 1) platelets = dice.Between(14, 20);
        if (stray == 2) hemoglobin = (decimal)dice.Between(7.4, 7.9);
        laboratory.BloodCount(day, anc, platelets, hemoglobin);
        if (platelets < 20 && MayTransfuse(day, ref latePlatelets)) chart.Transfuse(dice.Pick<Code>(Codes.PlateletTransfusion), "platelets-given", day);
        if (hemoglobin < 7.8m && MayTransfuse(day, ref lateRedCells)) chart.Transfuse(dice.Pick<Code>(Codes.RedCellTransfusion), "red-cells-given", day);
    }

    private bool MayTransfuse(int day, ref int late)
    {
        if (day < 1 || !dice.Chance(0.6)) return false;
        return day <= 7 || ++late == 1;
    }

    // Straight lines in the logarithm: down to the nadir, up to recovery, then level. From day 19 on never near the thresholds.
    private decimal Value(Curve curve, int day, double noise, double floor)
    {
        var (from, to, share) = day <= nadirOn
            ? (curve.Baseline, curve.Nadir, Math.Clamp(day / (double)nadirOn, 0, 1))
            : (curve.Nadir, curve.Plateau, Math.Min(1, (day - nadirOn) / (double)(recoveredOn - nadirOn)));
        var value = Math.Exp(((1 - share) * Math.Log(from)) + (share * Math.Log(to))) * dice.Wobble(noise);
        return (decimal)(day < 19 ? value : Math.Max(value, floor * dice.Between(1.0, 1.1)));
    }

    // Daily in hospital, twice a week to day 30, weekly to day 100, with gaps; a few are not seen for three weeks.
    private IEnumerable<int> DrawDays()
    {
        var lost = dice.Chance(0.03) ? 18 : int.MaxValue;
        var weekday = dice.Between(0, 2);
        List<int> planned = [-6, -1, .. Enumerable.Range(0, HospitalUntil + 1), 17, 21 + (weekday / 2), 24, 28];
        for (var day = 33 + weekday; day <= LastDay; day += 7) planned.Add(day);
        foreach (var day in planned)
        {
            var missed = day > 1 && dice.Chance(0.05);
            if (!missed && (day < lost || day > lost + 21)) yield return day;
        }
    }
}
