namespace CarT.Fhir.Hematology;

/// <summary>Low daily values in a row: neighbours at most so many days apart and no Recovered value between (P6.1, P7.7).</summary>
internal sealed class LowStreak(int needed, int maxGapDays)
{
    private readonly List<DailyValue> values = [];

    public bool IsComplete => values.Count >= needed;

    /// <summary>The last values that make the streak complete, in order.</summary>
    public IReadOnlyList<DailyValue> Last => values.Count <= needed ? values : values.GetRange(values.Count - needed, needed);

    public void Add(DailyValue value)
    {
        if (value.Class == ValueClass.Neutral) return;
        if (value.Class == ValueClass.Recovered || (values.Count > 0 && value.Day - values[^1].Day > maxGapDays)) values.Clear();
        if (value.Class == ValueClass.Low) values.Add(value);
    }

    public void Clear() => values.Clear();
}
