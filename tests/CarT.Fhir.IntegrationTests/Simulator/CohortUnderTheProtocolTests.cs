using System.Text;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.Simulator.Courses;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

/// <summary>The product's own reading and rules over the synthetic cohort, patient by patient, as the versions arrive.</summary>
public sealed class CohortUnderTheProtocolTests
{
    private static readonly CohortOptions Options = new();
    private static readonly ProtocolDefinition Protocol = ProtocolDefinition.BuiltIn("beyar-katz-2022");
    private static readonly ReadContext Context = new() { Namespace = "main" };

    [Theory]
    [InlineData(2022, 93)]
    [InlineData(5, 20)]
    public void The_protocol_finds_the_six_on_their_days_and_nobody_else(int seed, int patients)
    {
        var expected = SyntheticCohort.ExpectedTreated.ToDictionary(course => course.PatientId);
        foreach (var patient in SyntheticCohort.Generate(Options with { Seed = seed, Patients = patients }).GroupBy(CohortOracle.PatientOf))
        {
            var (last, flags) = Follow(patient.Key, [.. patient]);
            if (expected.GetValueOrDefault(patient.Key) is { } course)
            {
                AssertTreated(course, last);
                continue;
            }

            Assert.Equal(States.NoSevereCytopenia, last.State);
            Assert.DoesNotContain(FlagCodes.SeverePersistentCytopenia, flags);
            Assert.DoesNotContain(FlagCodes.TransfusionDependent, flags);
        }
    }

    private static void AssertTreated(ExpectedCourse course, Assessment assessment)
    {
        Assert.Equal(course.Product, assessment.Episode!.Product);
        Assert.Equal(course.StartDay, assessment.Therapy.StartDay);
        Assert.Equal(course.DaysToHemoglobin, assessment.Lineages.Hemoglobin.DaysFromTpoRaStart);
        Assert.Equal(course.DaysToPlatelets, assessment.Lineages.Platelets.DaysFromTpoRaStart);
        Assert.Equal(course.DaysToAnc, assessment.Lineages.Anc.DaysFromTpoRaStart);
        Assert.True(assessment.Response.Met);
        Assert.Equal(course.DaysToHemoglobin is not null, assessment.Response.Complete);
        Assert.DoesNotContain(assessment.Flags, flag => flag.Code is FlagCodes.Relapse or FlagCodes.OffProtocolDosing or FlagCodes.NonResponseReview
            or FlagCodes.ThrombocytosisHold or FlagCodes.HepatotoxicityHold);
    }

    /// <summary>Assesses every third day on what was known then; returns the last assessment and every flag ever raised.</summary>
    private static (Assessment Last, HashSet<string> Flags) Follow(string patient, List<TimedResource> writes)
    {
        Dictionary<string, ResourceVersion> known = [];
        Dictionary<string, int> versions = [];
        HashSet<string> flags = [];
        var review = writes[0].At.AddDays(20);
        foreach (var write in writes)
        {
            for (; write.At > review; review = review.AddDays(3)) flags.UnionWith(Assess(patient, known, review).Flags.Select(flag => flag.Code));
            var id = write.Resource["id"]!.GetValue<string>();
            if (write.Delete) known.Remove(id);
            else known[id] = Read(write, versions[id] = versions.GetValueOrDefault(id) + 1);
        }

        var last = Assess(patient, known, writes[^1].At.AddHours(12));
        flags.UnionWith(last.Flags.Select(flag => flag.Code));
        return (last, flags);
    }

    private static Assessment Assess(string patient, Dictionary<string, ResourceVersion> known, DateTimeOffset asOf) =>
        CytopeniaProtocol.Assess(new PatientRecord(new PatientKey("main", patient), [.. known.Values], SourceProvides.All), Protocol, Options.TimeZone, asOf);

    private static ResourceVersion Read(TimedResource write, int version)
    {
        var stored = write.Resource.DeepClone().AsObject();
        stored["meta"]!["versionId"] = version.ToString();
        stored["meta"]!["lastUpdated"] = write.At.ToString("o");
        return FactReader.Read(Encoding.UTF8.GetBytes(stored.ToJsonString()), Context);
    }
}
