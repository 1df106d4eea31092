namespace CarT.Fhir.Hematology;

/// <summary>
/// Thrombocytopenia as hematotoxicity (T-ICAHT, Rejeski et al., Blood 2025, doi 10.1182/blood.2025028833), early (days 0-30) and late (days 31-100).
/// </summary>
public static class Ticaht
{
    /// <summary>The printed table: cumulative days strictly below the limits, filled as for ICAHT (P12.1).</summary>
    public const string Table = "table";

    /// <summary>As the code published with the paper counts, which differs from the table.</summary>
    public const string Code = "code";

    /// <summary>Grades the platelet counts of one patient, in /uL. The order of the counts changes nothing.</summary>
    /// <param name="mode"><see cref="Table"/> or <see cref="Code"/>.</param>
    /// <param name="platelets">Counts of any day; those outside the windows and after the follow-up are not looked at.</param>
    /// <param name="parameters">Windows and gaps of the table; the published code has its own.</param>
    /// <param name="followUp">How far the patient is known.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mode is neither of the two.</exception>
    public static (int? Early, int? Late) Grade(string mode, IReadOnlyCollection<CountOnDay> platelets, GradeParameters parameters, FollowUp followUp) => mode switch
    {
        Table => (EarlyByTable(platelets, parameters, followUp), LateByTable(platelets, parameters, followUp)),
        Code => (PublishedTicaht.Early(platelets, followUp), PublishedTicaht.Late(platelets, followUp)),
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    private static int? EarlyByTable(IReadOnlyCollection<CountOnDay> platelets, GradeParameters parameters, FollowUp followUp)
    {
        var observed = DaySeries.Of(platelets, parameters.EarlyFromDay, Math.Min(parameters.EarlyToDay, followUp.LastDay));
        if (observed.Known == 0) return null;
        var filled = observed.Fill(parameters.FillMaxGapDays);
        return (DaysBelow(filled, 50_000), DaysBelow(filled, 20_000)) switch
        {
            (_, >= 14) => 4,
            (_, >= 1) => 3,
            ( >= 7, _) => 2,
            ( >= 1, _) => 1,
            _ => 0,
        };
    }

    /// <summary>Two days below a limit are needed for its grade; how long it lasted tells grade 4 from 3.</summary>
    private static int? LateByTable(IReadOnlyCollection<CountOnDay> platelets, GradeParameters parameters, FollowUp followUp)
    {
        var observed = DaySeries.Of(platelets, parameters.LateFromDay, Math.Min(parameters.LateToDay, followUp.LastDay));
        if (observed.Known < 2) return null;
        var second = observed.Values.Select(static day => day.Value).Order().ElementAt(1);
        if (second.IsBelow(20_000)) return DaysBelow(observed.Fill(parameters.FillMaxGapDays), 20_000) >= 14 ? 4 : 3;
        return second.IsBelow(50_000) ? 2 : second.IsBelow(100_000) ? 1 : 0;
    }

    private static int DaysBelow(DaySeries series, decimal limitPerUl) => series.Low(value => value.IsBelow(limitPerUl)).Count(static low => low);
}
