using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Cohort;

internal static class CohortPage
{
    public static ReadOnlyMemory<byte> Render(CohortReport report, IReadOnlyList<PatientCourse> courses, ProtocolDefinition definition) => default;
}
