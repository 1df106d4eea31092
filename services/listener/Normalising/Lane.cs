using CarT.Fhir.Hosting;
using CarT.Fhir.Listener.Sources;

namespace CarT.Fhir.Listener.Normalising;

/// <summary>
/// One of the two lanes of a source: rows that are worked from what was sent, and rows that need an answer of the source. Every row starts in the
/// first; nothing in it ever waits for the source.
/// </summary>
internal sealed record Lane(Source Source, bool Asks)
{
    /// <summary>Raised when a row is there for this lane.</summary>
    public WakeSignal RowsCame => Asks ? Source.RowsToAsk : Source.RowsCame;

    /// <summary>True while the source is left alone; then this lane starts nothing.</summary>
    public bool IsPaused => Asks && Source.Pause.Left > TimeSpan.Zero;
}
