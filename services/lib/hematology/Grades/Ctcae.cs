using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>Grades of a single count by the Common Terminology Criteria for Adverse Events (P12.4). Grade 4 changed its meaning from 5.0 to 6.0.</summary>
public static class Ctcae
{
    public const string Version5 = "5.0";
    public const string Version6 = "6.0";

    /// <summary>
    /// The grade of a count, or null: where grade 1 begins at the laboratory's own lower limit, nothing tells 0 from 1 without it. Hemoglobin has no
    /// grade 4 by a number.
    /// </summary>
    /// <param name="version"><see cref="Version5"/> or <see cref="Version6"/>.</param>
    /// <param name="lineage">One of <see cref="Lineages"/>.</param>
    /// <param name="value">In /uL, for hemoglobin in g/dL.</param>
    /// <param name="comparator">Of the value (P2.4), or null.</param>
    /// <param name="lowerLimit">The laboratory's lower limit in the unit of the value, or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The version or the lineage is unknown.</exception>
    public static int? Grade(string version, string lineage, decimal value, string? comparator = null, decimal? lowerLimit = null)
    {
        var borders = BordersOf(version, lineage);
        var count = Magnitude.Of(value, comparator);
        if (borders.Grade4Below is { } four && count.IsBelow(four)) return 4;
        if (count.IsBelow(borders.Grade3Below)) return 3;
        if (count.IsBelow(borders.Grade2Below)) return 2;
        return (borders.Grade1Below ?? lowerLimit) is { } one ? (count.IsBelow(one) ? 1 : 0) : null;
    }

    private static Borders BordersOf(string version, string lineage) => (version, lineage) switch
    {
        (Version5, Lineages.Anc) => new(null, 1500, 1000, 500),
        (Version6, Lineages.Anc) => new(1500, 1000, 500, 100),
        (Version5, Lineages.Platelets) => new(null, 75_000, 50_000, 25_000),
        (Version6, Lineages.Platelets) => new(null, 75_000, 50_000, 10_000),
        (Version5 or Version6, Lineages.Hemoglobin) => new(null, 10, 8, null),
        (Version5 or Version6, _) => throw new ArgumentOutOfRangeException(nameof(lineage)),
        _ => throw new ArgumentOutOfRangeException(nameof(version)),
    };

    /// <summary>Each grade lies strictly below its border; grade 1 without a border of its own begins at the laboratory's lower limit.</summary>
    private readonly record struct Borders(decimal? Grade1Below, decimal Grade2Below, decimal Grade3Below, decimal? Grade4Below);
}
