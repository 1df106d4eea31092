using CarT.Fhir.Contracts;

namespace CarT.Fhir.R4.Facts;

/// <summary>Gathers what one resource version says while its parts are read.</summary>
internal sealed class FactCollector(ResourceVersion header)
{
    internal List<CellCount> CellCounts { get; } = [];

    internal List<ChemistryResult> Chemistry { get; } = [];

    internal List<PlateletClumps> PlateletClumps { get; } = [];

    internal List<Refusal> Refusals { get; } = [];

    internal void Refuse(string code, string slot, string? concern, ClinicalTime? time) =>
        Refusals.Add(new Refusal { Code = code, Slot = slot, Concern = concern, Time = time, Text = RefusalTexts.Of(code) });

    internal void RefuseTime(TimeReading time, string slot, string? concern) =>
        Refusals.Add(new Refusal { Code = time.Problem!, Slot = slot, Concern = concern, Text = RefusalTexts.OfTime(time.Problem!) });

    internal ResourceVersion ToVersion()
    {
        var nothing = CellCounts.Count + Chemistry.Count + PlateletClumps.Count + Refusals.Count == 0;
        return header with
        {
            CellCounts = CellCounts,
            Chemistry = Chemistry,
            PlateletClumps = PlateletClumps,
            Refusals = Refusals,
            NotRelevant = nothing ? NotRelevantReasons.NothingToSay : null,
        };
    }
}
