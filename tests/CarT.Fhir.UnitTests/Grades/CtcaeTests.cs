using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>CTCAE grades, each border on both sides, in both versions (P12.4).</summary>
public sealed class CtcaeTests
{
    [Theory]
    [InlineData("5.0", Lineages.Anc, "1500", 1)]
    [InlineData("5.0", Lineages.Anc, "1499", 2)]
    [InlineData("5.0", Lineages.Anc, "1000", 2)]
    [InlineData("5.0", Lineages.Anc, "999", 3)]
    [InlineData("5.0", Lineages.Anc, "500", 3)]
    [InlineData("5.0", Lineages.Anc, "499", 4)]
    [InlineData("6.0", Lineages.Anc, "1500", 0)]
    [InlineData("6.0", Lineages.Anc, "1499", 1)]
    [InlineData("6.0", Lineages.Anc, "1000", 1)]
    [InlineData("6.0", Lineages.Anc, "999", 2)]
    [InlineData("6.0", Lineages.Anc, "500", 2)]
    [InlineData("6.0", Lineages.Anc, "499", 3)]
    [InlineData("6.0", Lineages.Anc, "100", 3)]
    [InlineData("6.0", Lineages.Anc, "99", 4)]
    [InlineData("5.0", Lineages.Platelets, "75000", 1)]
    [InlineData("5.0", Lineages.Platelets, "74999", 2)]
    [InlineData("5.0", Lineages.Platelets, "50000", 2)]
    [InlineData("5.0", Lineages.Platelets, "49999", 3)]
    [InlineData("5.0", Lineages.Platelets, "25000", 3)]
    [InlineData("5.0", Lineages.Platelets, "24999", 4)]
    [InlineData("6.0", Lineages.Platelets, "75000", 1)]
    [InlineData("6.0", Lineages.Platelets, "74999", 2)]
    [InlineData("6.0", Lineages.Platelets, "49999", 3)]
    [InlineData("6.0", Lineages.Platelets, "10000", 3)]
    [InlineData("6.0", Lineages.Platelets, "9999", 4)]
    [InlineData("5.0", Lineages.Hemoglobin, "10.0", 1)]
    [InlineData("5.0", Lineages.Hemoglobin, "9.9", 2)]
    [InlineData("5.0", Lineages.Hemoglobin, "8.0", 2)]
    [InlineData("5.0", Lineages.Hemoglobin, "7.9", 3)]
    [InlineData("6.0", Lineages.Hemoglobin, "2.0", 3)]
    public void P12_4_A_count_has_the_grade_of_its_version(string version, string lineage, string value, int grade) =>
        Assert.Equal(grade, Ctcae.Grade(version, lineage, decimal.Parse(value), lowerLimit: lineage switch
        {
            Lineages.Anc => 1800,
            Lineages.Platelets => 150_000,
            _ => 12.0m,
        }));

    [Fact]
    public void E22_The_same_count_is_grade_4_in_one_version_and_3_in_the_other()
    {
        Assert.Equal((4, 3), (Ctcae.Grade("5.0", Lineages.Anc, 300), Ctcae.Grade("6.0", Lineages.Anc, 300)));
        Assert.Equal((4, 3), (Ctcae.Grade("5.0", Lineages.Platelets, 15_000), Ctcae.Grade("6.0", Lineages.Platelets, 15_000)));
    }

    [Theory]
    [InlineData("5.0", Lineages.Anc, "1500", "1499", null)]
    [InlineData("5.0", Lineages.Platelets, "75000", "74999", null)]
    [InlineData("6.0", Lineages.Platelets, "75000", "74999", null)]
    [InlineData("5.0", Lineages.Hemoglobin, "10.0", "9.9", null)]
    [InlineData("6.0", Lineages.Anc, "1500", "999", 0)]
    public void P12_4_Without_the_lower_limit_nothing_tells_grade_0_from_1(string version, string lineage, string above, string below, int? grade)
    {
        Assert.Equal(grade, Ctcae.Grade(version, lineage, decimal.Parse(above)));
        Assert.Equal(2, Ctcae.Grade(version, lineage, decimal.Parse(below)));
    }

    [Theory]
    [InlineData("1799", 1)]
    [InlineData("1800", 0)]
    public void P12_4_Grade_1_is_strictly_below_the_lower_limit(string value, int grade) =>
        Assert.Equal(grade, Ctcae.Grade("5.0", Lineages.Anc, decimal.Parse(value), lowerLimit: 1800));

    [Theory]
    [InlineData("<", 4)]
    [InlineData("<=", 3)]
    [InlineData(">=", 3)]
    [InlineData(">", 3)]
    public void P2_4_A_comparator_moves_the_value_to_its_side_of_the_border(string comparator, int grade) =>
        Assert.Equal(grade, Ctcae.Grade("5.0", Lineages.Anc, 500, comparator));

    [Fact]
    public void An_unknown_version_or_lineage_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Ctcae.Grade("4.0", Lineages.Anc, 300));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ctcae.Grade("5.0", "wbc", 300));
    }
}
