namespace CarT.Fhir.Hematology;

/// <summary>
/// One count to be graded: the day from the infusion (day 0), the value in /uL (g/dL for hemoglobin), and its comparator (P2.4) or null.
/// </summary>
public readonly record struct CountOnDay(int Day, decimal Value, string? Comparator = null)
{
    internal Magnitude Magnitude => Magnitude.Of(Value, Comparator);
}

/// <summary>
/// How far a patient was followed: the last day that is known, and whether the patient died on it. Nothing is graded or carried beyond it (P12.7).
/// </summary>
public readonly record struct FollowUp(int LastDay, bool Died)
{
    /// <summary>Followed beyond every window.</summary>
    public static FollowUp Complete { get; } = new(int.MaxValue, Died: false);

    internal bool IsOver(int lastDayOfWindow) => Died || LastDay > lastDayOfWindow;
}
