namespace CarT.Fhir.Hematology;

/// <summary>What a source delivers (P1.7). What it does not deliver is unknown, not none.</summary>
public sealed record SourceProvides(bool Labs, bool Doses, bool Transfusions)
{
    public static SourceProvides All { get; } = new(Labs: true, Doses: true, Transfusions: true);

    /// <summary>From the words <c>labs</c>, <c>doses</c>, <c>transfusions</c>.</summary>
    /// <exception cref="ArgumentException">A word is none of the three.</exception>
    public static SourceProvides Parse(IEnumerable<string> words)
    {
        var provides = new SourceProvides(false, false, false);
        foreach (var word in words)
        {
            provides = word.Trim() switch
            {
                "labs" => provides with { Labs = true },
                "doses" => provides with { Doses = true },
                "transfusions" => provides with { Transfusions = true },
                _ => throw new ArgumentException($"'{word}' is not one of labs, doses, transfusions.", nameof(words)),
            };
        }

        return provides;
    }
}
