using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>G-CSF doses, remarked beside an ANC (P4.3).</summary>
internal sealed class GcsfHistory(IEnumerable<Sighted<DrugGiven>> given, SupportParameters parameters)
{
    private readonly List<(LocalMoment At, bool LongActing)> doses =
    [
        .. given
            .Where(static g => g.Fact.Agent is Agents.Gcsf or Agents.GcsfLongActing && g.Fact.Dose is not { Value: <= 0 })
            .Select(static g => (g.At, g.Fact.Agent == Agents.GcsfLongActing)),
    ];

    /// <summary>Drawn within the days in which G-CSF acts.</summary>
    public bool IsUnder(LocalMoment draw) =>
        doses.Exists(d => Precedes(d.At, draw) && draw.DayNumber - d.At.DayNumber <= Reach(d.LongActing));

    /// <summary>Drawn so soon after G-CSF that this definition lets a value above the threshold neither build nor break.</summary>
    public bool Excludes(LocalMoment draw) =>
        doses.Exists(d => Precedes(d.At, draw) && draw.DayNumber - d.At.DayNumber < parameters.ExcludeGcsfDays);

    private int Reach(bool longActing) => longActing ? parameters.GcsfLongActingRemarkDays : parameters.GcsfRemarkDays;

    private static bool Precedes(LocalMoment dose, LocalMoment draw) =>
        dose.DayNumber < draw.DayNumber || (dose.DayNumber == draw.DayNumber && !(dose.Instant > draw.Instant));
}
