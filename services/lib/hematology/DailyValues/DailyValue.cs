namespace CarT.Fhir.Hematology;

/// <summary>Class of a daily value (P5): low, above the threshold without support, above it with support.</summary>
internal enum ValueClass
{
    Low,
    Recovered,
    Neutral,
}

/// <summary>The value that stands for one lineage on one local day (P3.1). <see cref="Day"/> counts from day 0.</summary>
internal sealed record DailyValue
{
    public required int Day { get; init; }

    public required DateOnly Date { get; init; }

    public required decimal Value { get; init; }

    public required string? Comparator { get; init; }

    public required LocalMoment At { get; init; }

    public required ValueClass Class { get; init; }

    public required bool Supported { get; init; }

    /// <summary>Drawn under the effect of G-CSF: reported beside an ANC, changes no verdict (P4.3).</summary>
    public required bool UnderGcsf { get; init; }

    /// <summary>Value and unit as the source sent them, for people to check.</summary>
    public required string Received { get; init; }

    /// <summary>
    /// How many values the day had, where the lowest decided: another of them alone would have had another class (P3.1); else null.
    /// </summary>
    public int? LowestOf { get; init; }

    public required string Resource { get; init; }

    public required string Slot { get; init; }

    public Magnitude Magnitude => Magnitude.Of(Value, Comparator);
}
