using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>What a status allows.</summary>
internal enum StatusVerdict
{
    /// <summary>The resource counts.</summary>
    Counted,

    /// <summary>A status of FHIR that does not count: no complaint.</summary>
    NotCounted,

    /// <summary>Missing, or not in FHIR's list.</summary>
    NotUsable,
}

/// <summary>Status rules of P2.1, P2.7, P1.3, P1.6 and P4.5, on the literals, so that a code that FHIR does not know is seen and not thrown away.</summary>
internal static class Statuses
{
    private static readonly string[] ObservationAll = ["registered", "preliminary", "final", "amended", "corrected", "unknown"];
    private static readonly string[] AdministrationAll = ["in-progress", "not-done", "on-hold", "completed", "stopped", "unknown"];
    private static readonly string[] ProcedureAll = ["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown"];
    private static readonly string[] StatementAll = ["active", "completed", "intended", "stopped", "on-hold", "unknown", "not-taken"];

    private static readonly string[] DispenseAll = ["preparation", "in-progress", "cancelled", "on-hold", "completed", "stopped", "declined", "unknown"];

    /// <summary>The resource says nothing any more. Only an Observation can be cancelled.</summary>
    internal static bool IsRetraction(string? type, string? status) => status is "entered-in-error" || (type is "Observation" && status is "cancelled");

    /// <summary>The literal of the status, null when there is none.</summary>
    internal static string? Of(Resource resource) => Literal(resource switch
    {
        Observation observation => observation.StatusElement,
        MedicationAdministration administration => administration.StatusElement,
        MedicationStatement statement => statement.StatusElement,
        MedicationDispense dispense => dispense.StatusElement,
        Procedure procedure => procedure.StatusElement,
        Specimen specimen => specimen.StatusElement,
        Medication medication => medication.StatusElement,
        _ => null,
    });

    internal static StatusVerdict Result(string? status) => Judge(status, ObservationAll, status is "final" or "amended" or "corrected");

    internal static StatusVerdict Dose(string? status) => Judge(status, AdministrationAll, status is "completed" or "in-progress");

    /// <summary>Some blood was given.</summary>
    internal static StatusVerdict Transfusion(string? status) => Judge(status, ProcedureAll, status is "completed" or "in-progress" or "stopped");

    internal static StatusVerdict InfusionProcedure(string? status) => Judge(status, ProcedureAll, status is "completed");

    internal static StatusVerdict InfusionAdministration(string? status, bool hasStart) =>
        Judge(status, AdministrationAll, status is "completed" || (status is "in-progress" && hasStart));

    internal static StatusVerdict Statement(string? status) => Judge(status, StatementAll, status is "active" or "completed");

    internal static StatusVerdict Dispense(string? status) => Judge(status, DispenseAll, status is "completed");

    internal static string? Literal(PrimitiveType? element) => element?.ObjectValue as string;

    private static StatusVerdict Judge(string? status, string[] known, bool counted) =>
        counted ? StatusVerdict.Counted
        : status is not null && known.Contains(status, StringComparer.Ordinal) ? StatusVerdict.NotCounted
        : StatusVerdict.NotUsable;
}
