using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class MergedPatientsTests
{
    [Fact]
    public void P11_6_A_chain_of_merges_ends_at_the_last_survivor()
    {
        var survivors = MergedPatients.Survivors([Patient("a", "b"), Patient("b", "c"), Patient("c", null)]);
        Assert.Equal([("a", "c"), ("b", "c")], survivors.Select(s => (s.Key.Id, s.Value.Id)).Order());
    }

    [Fact]
    public void P11_6_A_chain_that_runs_in_a_circle_merges_nobody() =>
        Assert.Empty(MergedPatients.Survivors([Patient("a", "b"), Patient("b", "a"), Patient("c", "c"), Patient("d", "a")]));

    [Fact]
    public void P11_6_A_survivor_of_whom_nothing_else_is_known_is_one() =>
        Assert.Equal(new PatientKey("main", "b"), MergedPatients.Survivors([Patient("a", "b")])[new PatientKey("main", "a")]);

    [Fact]
    public void P11_6_A_retracted_link_merges_nobody() => Assert.Empty(MergedPatients.Survivors([Patient("a", "b") with { Retracted = true }]));

    private static ResourceVersion Patient(string id, string? replacedBy) => new()
    {
        Resource = new ResourceKey("main", "Patient", id),
        ContentHash = id,
        Patient = new PatientKey("main", id),
        PatientStatuses = [new PatientStatus { Slot = "value", ReplacedBy = replacedBy }],
    };
}
