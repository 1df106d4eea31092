using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Bus;

namespace CarT.Fhir.Protocol.Facts;

/// <summary>
/// The check at the door: JSON lets a null into a member that is never null, and a sender can be wrong. What passes here can be stored and assessed.
/// </summary>
internal static class FactsRecordedContract
{
    private const int Sha256HexLength = 64;

    /// <exception cref="MessageContractException">The message breaks its contract.</exception>
    public static void Check(FactsRecorded message)
    {
        Require(!string.IsNullOrEmpty(message.Source), "source is empty");
        Require(!string.IsNullOrEmpty(message.Namespace), "namespace is empty");
        Require(message.RowIds is not null, "rowIds is null");
        Require(
            message.Provides is not null && message.Provides.All(word => word is "labs" or "doses" or "transfusions"), "provides is null or holds an unknown word");
        Require(message.VersionOrder is "numeric" or "lastUpdated", "versionOrder is unknown");
        Require(message.Patient is not { } patient || IsIn(message.Namespace, patient), "patient is not of the namespace of the message");
        Require(message.Resources is not null, "resources is null");
        foreach (var version in message.Resources!) CheckVersion(message, version);
        foreach (var backfill in message.Backfills ?? []) CheckBackfill(message, backfill);
    }

    private static void CheckBackfill(FactsRecorded message, BackfillProgress? backfill) =>
        Require(
            message.Patient is not null && backfill is { Source.Length: > 0, Number: > 0 }, "a back-fill is null, or has no patient, source or positive number");

    private static void CheckVersion(FactsRecorded message, ResourceVersion? version)
    {
        Require(version is not null, "a resource is null");
        Require(version!.Resource.Namespace == message.Namespace, "a resource is not of the namespace of the message");
        Require(!string.IsNullOrEmpty(version.Resource.Type) && !string.IsNullOrEmpty(version.Resource.Id), "a resource has no type or id");
        Require(
            version.ContentHash?.Length == Sha256HexLength && version.ContentHash.All(char.IsAsciiHexDigitLower),
            "contentHash is not a SHA-256 in lower-case hex");
        Require(version.Patient is null || version.Patient == message.Patient, "a resource is of another patient than the message");
        CheckList(version.CellCounts, "cellCounts");
        CheckList(version.Chemistry, "chemistry");
        CheckList(version.PlateletClumps, "plateletClumps");
        CheckList(version.DrugsGiven, "drugsGiven");
        CheckList(version.DrugStatements, "drugStatements");
        CheckList(version.Transfusions, "transfusions");
        CheckList(version.Infusions, "infusions");
        CheckList(version.PatientStatuses, "patientStatuses");
        CheckList(version.Refusals, "refusals");
        Require(version.Patient is not null || !SaysSomething(version), "facts without a patient");
    }

    private static bool IsIn(string ns, PatientKey patient) => patient.Namespace == ns && !string.IsNullOrEmpty(patient.Id);

    private static bool SaysSomething(ResourceVersion version) =>
        version.CellCounts.Count + version.Chemistry.Count + version.PlateletClumps.Count + version.DrugsGiven.Count + version.DrugStatements.Count
        + version.Transfusions.Count + version.Infusions.Count + version.PatientStatuses.Count > 0;

    private static void CheckList<T>(IReadOnlyList<T>? list, string name)
        where T : class => Require(list is not null && !list.Contains(null!), name + " is null or holds null");

    private static void Require(bool holds, string fault)
    {
        if (!holds) throw new MessageContractException("FactsRecorded: " + fault);
    }
}
