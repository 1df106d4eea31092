using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>One transfusion that supports a lineage; <see cref="Day"/> counts from day 0. <see cref="Product"/> is the one by which it supports.</summary>
internal readonly record struct SupportingTransfusion(int Day, LocalMoment At, string Resource, string Product);

/// <summary>The transfusions of an episode that support one lineage, in order of time, and how long each supports (P4).</summary>
internal sealed class TransfusionHistory
{
    private readonly List<SupportingTransfusion> transfusions = [];

    private TransfusionHistory(int windowDays) => WindowDays = windowDays;

    public int WindowDays { get; }

    public IReadOnlyList<SupportingTransfusion> All => transfusions;

    public static TransfusionHistory Of(string lineage, Episode episode, int lastDay, List<Sighted<Transfusion>> all, SupportParameters parameters)
    {
        var history = new TransfusionHistory(lineage switch
        {
            Lineages.Anc => parameters.AncDays,
            Lineages.Platelets => parameters.PlateletsDays,
            _ => parameters.HemoglobinDays,
        });
        foreach (var given in all)
        {
            var day = given.At.DayNumber - episode.Day0;
            if (day >= 0 && day <= lastDay && given.Fact.Products.FirstOrDefault(product => Supports(product, lineage)) is { } product)
                history.transfusions.Add(new SupportingTransfusion(day, given.At, given.Resource, product));
        }

        history.transfusions.Sort(static (a, b) =>
            a.At.SeenFrom != b.At.SeenFrom ? a.At.SeenFrom.CompareTo(b.At.SeenFrom) : string.CompareOrdinal(a.Resource, b.Resource));
        return history;
    }

    /// <summary>Whether a transfusion started at or before the draw and less than the window before it (P4.1, P4.4).</summary>
    public bool Supports(int day, LocalMoment draw) => transfusions.Exists(t => Supports(t, day, draw));

    /// <summary>The latest transfusion that supports a value, or null.</summary>
    public SupportingTransfusion? SupportOf(DailyValue value)
    {
        var index = transfusions.FindLastIndex(t => Supports(t, value.Day, value.At));
        return index < 0 ? null : transfusions[index];
    }

    /// <summary>Whether a transfusion lies after one draw and up to another (P7.4).</summary>
    public bool AnyBetween(DailyValue first, DailyValue last) =>
        transfusions.Exists(t =>
            (t.Day > first.Day || (t.Day == first.Day && t.At.Instant > first.At.Instant))
            && (t.Day < last.Day || (t.Day == last.Day && StartedBy(t.At, last.At))));

    /// <summary>Whether a transfusion lies after a draw: it restarts a run that began there, whatever comes next (P7.4).</summary>
    public bool AnyAfter(DailyValue first, int upToDay) =>
        transfusions.Exists(t => t.Day <= upToDay && (t.Day > first.Day || (t.Day == first.Day && t.At.Instant > first.At.Instant)));

    /// <summary>The first day on which no transfusion up to a day supports any more; null without one.</summary>
    public int? UnsupportedFrom(int upToDay) => LastUpTo(upToDay)?.Day + WindowDays;

    /// <summary>No transfusion on the last <see cref="WindowDays"/> local days (P8.1).</summary>
    public bool IsIndependent(int day) => LastUpTo(day) is not { } last || day - last.Day >= WindowDays;

    public SupportingTransfusion? LastUpTo(int day)
    {
        var index = transfusions.FindLastIndex(t => t.Day <= day);
        return index < 0 ? null : transfusions[index];
    }

    /// <summary>The transfusions of the days [from, to].</summary>
    public List<SupportingTransfusion> Within(int from, int to) => transfusions.FindAll(t => t.Day >= from && t.Day <= to);

    private bool Supports(SupportingTransfusion transfusion, int day, LocalMoment draw) =>
        day - transfusion.Day < WindowDays && (transfusion.Day < day || (transfusion.Day == day && StartedBy(transfusion.At, draw)));

    /// <summary>P4.4: if either has only a date, a transfusion of the same day supports the draw.</summary>
    private static bool StartedBy(LocalMoment transfusion, LocalMoment draw) =>
        transfusion.Instant is not { } started || draw.Instant is not { } drawn || started <= drawn;

    private static bool Supports(string product, string lineage) => product switch
    {
        BloodProducts.Platelets => lineage == Lineages.Platelets,
        BloodProducts.RedCells => lineage == Lineages.Hemoglobin,
        BloodProducts.WholeBlood or BloodProducts.Unclassified => lineage is Lineages.Platelets or Lineages.Hemoglobin,
        BloodProducts.Granulocytes => lineage == Lineages.Anc,
        _ => false,
    };
}
