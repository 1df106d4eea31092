using System.Net;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>What the questions of one poll came to together. Pure.</summary>
internal sealed class PollTally
{
    private static readonly string[] FromBestToWorst =
        [PollOutcome.Complete, PollOutcome.NotFound, PollOutcome.Refused, PollOutcome.Incomplete, PollOutcome.NoAnswer, PollOutcome.Throttled];

    private int worst;
    private bool isAnswered;
    private bool isOpen;

    /// <summary>Rows that were stored.</summary>
    public long Found { get; private set; }

    /// <summary>The source itself does not answer, or asks for a pause: no other question is worth asking now.</summary>
    public bool IsOver { get; private set; }

    /// <summary>One of <see cref="PollOutcome"/>: of the question that fared worst. That the source lacks one type of many is nothing amiss.</summary>
    public string Outcome => FromBestToWorst[worst] is PollOutcome.NotFound && isAnswered ? PollOutcome.Complete : FromBestToWorst[worst];

    /// <summary>
    /// Whether all was found that this source will tell: every question was answered to its last page or refused as such, and not every one was refused,
    /// which says more about our credential or address than about what is there.
    /// </summary>
    public bool IsComplete => !isOpen && (isAnswered || Outcome == PollOutcome.Complete);

    public void Add(Intake taken)
    {
        var outcome = PollOutcome.Of(taken);
        worst = Math.Max(worst, Array.IndexOf(FromBestToWorst, outcome));
        Found += taken.Rows.Count;
        isAnswered |= outcome == PollOutcome.Complete;
        isOpen |= outcome is not (PollOutcome.Complete or PollOutcome.NotFound or PollOutcome.Refused) || taken.Stopped?.Status == HttpStatusCode.Unauthorized;
        IsOver |= taken.Stopped is { } answer && PollOutcome.IsOfSource(answer);
    }

    /// <summary>Rows that were stored for another reason than a search.</summary>
    public void AddRows(int count) => Found += count;
}
