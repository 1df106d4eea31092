using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>The worked example of one treated patient, field by field.</summary>
public class TreatedPatientTests
{
    private static readonly TimeZoneInfo Madrid = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid");

    public static TheoryData<string> Named => new(
        "patient", "asOf", "episode", "state", "notes", "lineages", "transfusions", "therapy", "response", "grades", "flags", "carePlan", "dataQuality", "nextReviewAt");

    [Theory]
    [MemberData(nameof(Named))]
    public void On_day_75_the_treated_patient_is_as_expected(string field)
    {
        var actual = JsonSerializer.SerializeToElement(Assess("2026-03-28T12:00:00Z"), CartJson.Options).GetProperty(field);
        Assert.Empty(Differences(TreatedPatientReader.Expected.GetProperty(field), actual, field));
    }

    [Fact]
    public void On_day_29_eltrombopag_50_mg_is_proposed_for_severe_persistent_cytopenia()
    {
        var assessment = Assess("2026-02-10T12:00:00Z");
        Assert.Equal(States.SeverePersistentCytopenia, assessment.State);
        Assert.Equal(new Dose(50, "mg"), assessment.CarePlan.Activities.Single(a => a.Code == ActivityCodes.ConsiderEltrombopag).Dose);
        Assert.Equal(new DateTimeOffset(2026, 2, 10, 23, 0, 0, TimeSpan.Zero), assessment.NextReviewAt);
    }

    [Fact]
    public void On_day_50_before_the_tablet_eltrombopag_100_mg_is_proposed()
    {
        var assessment = Assess("2026-03-03T06:00:00Z");
        Assert.Equal(States.OnTreatment, assessment.State);
        Assert.Equal(new Dose(100, "mg"), assessment.Activity(ActivityCodes.EscalateEltrombopag)!.Dose);
        Assert.Null(Assess("2026-03-03T07:00:00Z").Activity(ActivityCodes.EscalateEltrombopag));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 7, 0, 0, TimeSpan.Zero), assessment.NextReviewAt);
    }

    [Fact]
    public void The_first_version_of_the_corrected_platelets_would_have_broken_the_run()
    {
        var record = TreatedPatientReader.Read();
        var uncorrected = record with { Resources = [.. record.Resources.Where(r => r.Resource.Id != "plt-d51" || r.VersionId == "1")] };
        Assert.NotEqual(new DateOnly(2026, 3, 2), Assess("2026-03-28T12:00:00Z", uncorrected).Lineages.Platelets.ResolvedOn);
    }

    private static Assessment Assess(string asOf, PatientRecord? record = null) => CytopeniaProtocol.Assess(
        record ?? TreatedPatientReader.Read(), ProtocolDefinition.BuiltIn("beyar-katz-2022"), Madrid, DateTimeOffset.Parse(asOf));

    /// <summary>What the expectation names must be there and equal; what it does not name is not judged.</summary>
    private static IEnumerable<string> Differences(JsonElement expected, JsonElement actual, string path)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                return expected.EnumerateObject().SelectMany(p => actual.TryGetProperty(p.Name, out var value)
                    ? Differences(p.Value, value, $"{path}.{p.Name}")
                    : [$"{path}.{p.Name} is absent"]);
            case JsonValueKind.Array when expected.GetArrayLength() == actual.GetArrayLength():
                return expected.EnumerateArray().Zip(actual.EnumerateArray()).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{path}[{i}]"));
            case JsonValueKind.Number:
                return expected.GetDecimal() == actual.GetDecimal() ? [] : [$"{path}: {expected} expected, {actual} found"];
            default:
                return expected.GetRawText() == actual.GetRawText() ? [] : [$"{path}: {expected} expected, {actual} found"];
        }
    }
}
