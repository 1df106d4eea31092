namespace CarT.Fhir.Hematology;

/// <summary>A confirmed resolution (P7.5): resolved on the day of the first of its values, confirmed on the day of the last.</summary>
internal sealed record Resolution(IReadOnlyList<DailyValue> Values)
{
    public DailyValue First => Values[0];

    public DailyValue Last => Values[^1];
}

/// <summary>The consecutive Recovered values that are about to make a resolution (P7.1, P7.3, P7.4).</summary>
internal sealed class ResolutionRun(TransfusionHistory transfusions, ResolutionParameters parameters)
{
    private readonly List<DailyValue> values = [];

    public IReadOnlyList<DailyValue> Values => values;

    /// <summary>Takes the next daily value and gives the resolution when the run is full.</summary>
    public Resolution? Add(DailyValue value)
    {
        if (value.Class == ValueClass.Neutral) return null;
        if (value.Class == ValueClass.Low || Restarts(value)) values.Clear();
        if (value.Class != ValueClass.Recovered) return null;
        values.Add(value);
        if (values.Count < parameters.Values) return null;
        var resolution = new Resolution([.. values]);
        values.Clear();
        return resolution;
    }

    public void Clear() => values.Clear();

    private bool Restarts(DailyValue value) =>
        values.Count > 0
        && (value.Day - values[^1].Day > parameters.MaxGapDays || (parameters.TransfusionRestarts && transfusions.AnyBetween(values[0], value)));
}
