using CarT.Fhir.Hosting;

namespace CarT.Fhir.Protocol.Reviews;

/// <summary>Wakes the review timer before its time: somebody may have been marked.</summary>
internal sealed class ReviewSignal : WakeSignal;
