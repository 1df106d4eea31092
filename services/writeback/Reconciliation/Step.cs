namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>How far the work on one resource came.</summary>
internal enum Step
{
    /// <summary>Done at this revision, whatever the outcome.</summary>
    Settled,

    /// <summary>To be tried again later; the patient's other resources go on.</summary>
    Retry,

    /// <summary>The target does not answer: no use in asking for the patient's other resources now.</summary>
    NoAnswer,

    /// <summary>The target pauses.</summary>
    Paused,

    /// <summary>Another worker has the patient now: nothing more is done here, not even to the claim.</summary>
    Lost,
}
