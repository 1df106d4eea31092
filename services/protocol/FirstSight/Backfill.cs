namespace CarT.Fhir.Protocol.FirstSight;

/// <summary>How far the history of a patient is at one source. Numbers only rise, so that messages may come again and in any order.</summary>
/// <param name="Started">The highest number that was started.</param>
/// <param name="Done">The highest number that is done; 0 before the first.</param>
/// <param name="EndedTicks">When the newest done arrived, UTC ticks of the machine's clock; 0 before the first.</param>
internal sealed record Backfill(long Started, long Done, long EndedTicks)
{
    public bool IsOpen => Started > Done;
}
