using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Normalising;

/// <summary>What becomes of a row, decided from the versions that it gave. Pure. Every version ends as sent, not relevant or refused (P13.2).</summary>
internal static class RowWork
{
    /// <summary>Reason of a row that only said something about its subscription.</summary>
    public const string SubscriptionOnly = "subscription-only";

    /// <summary>Reason of a row that said that something changed and not what.</summary>
    public const string CatchUpAsked = "catch-up-asked";

    /// <summary>Reason of a row in a form that cannot be worked.</summary>
    public const string FormNotSupported = "form-not-supported";

    /// <summary>Reason of a row whose resources all became rows of their own.</summary>
    public const string WorkedApart = "worked-apart";

    /// <param name="row">The row.</param>
    /// <param name="notification">What it says.</param>
    /// <param name="all">The versions that were read.</param>
    /// <param name="apart">The items that could not be read now.</param>
    /// <param name="numericVersions">Whether version ids of the source are numbers that order.</param>
    public static WorkedRow Of(
        NotificationRow row, Notification notification, IReadOnlyList<ReadVersion> all, IReadOnlyList<NotificationItem> apart, bool numericVersions)
    {
        var rows = Apart.Of(row, apart, notification.FullUrls);
        // Of a resource that was sent and is to be read as well, only the source can say which is the newer one.
        var asked = rows.Select(item => $"{item.ResourceType}/{item.ResourceId}").ToHashSet(StringComparer.Ordinal);
        var read = all.Where(item => !asked.Contains(item.Version.Resource.Reference)).ToList();
        var versions = read.Select(item => item.Version).ToList();
        var refusals = versions.SelectMany(RefusalsOf).Concat(notification.Items.OfType<NotificationItem.Unusable>().Select(RefusalOf)).ToList();
        var deliveries = versions.Where(IsSent).GroupBy(ConcernOf).Select(DeliveryOf).ToList();
        return new WorkedRow(row.Id, row.Source, StatusOf(notification, deliveries.Count, refusals.Count))
        {
            Kind = notification.Kind,
            Note = NoteOf(notification, versions, deliveries.Count) ?? (rows.Count > 0 && deliveries.Count == 0 ? WorkedApart : null),
            Deliveries = deliveries,
            Apart = rows,
            Refusals = refusals,
            Heard = notification.Heard,
            ReceivedAt = row.ReceivedAt,
            AsksCatchUp = notification.AsksCatchUp,
            Versions = read,
            NumericVersions = numericVersions,
            TakenAsSent = SentOf(read, VersionOrigin.AsSent),
            GoneWithoutVersion = [.. SentOf(read, VersionOrigin.GoneWithoutVersion).Select(version => version.Resource.Reference).Distinct()],
        };
    }

    /// <summary>A row whose bytes cannot be taken apart.</summary>
    public static WorkedRow Refused(NotificationRow row, string text) =>
        new(row.Id, row.Source, RowStatus.Refused)
        {
            Kind = NotificationKind.Malformed,
            ReceivedAt = row.ReceivedAt,
            Refusals = [new NewRefusal(DataQualityCodes.ResourceInvalid, null, text)],
        };

    // A version that says nothing still replaces what an earlier one said. A type that is never read has no earlier one, and what we wrote
    // ourselves is no source.
    private static bool IsSent(ResourceVersion version) =>
        version.Resource.Id.Length > 0 && version.Resource.Type.Length > 0
        && version.NotRelevant is not (NotRelevantReasons.TypeNotUsed or NotRelevantReasons.OwnWrite);

    private static List<ResourceVersion> SentOf(IEnumerable<ReadVersion> read, VersionOrigin origin) =>
        [.. read.Where(item => item.Origin == origin && IsSent(item.Version)).Select(item => item.Version)];

    // One delivery per patient, and one per resource of which nobody knows the patient here.
    private static (PatientKey? Patient, ResourceKey? Alone) ConcernOf(ResourceVersion version) =>
        (version.Patient, version.Patient is null ? version.Resource : null);

    private static NewDelivery DeliveryOf(IGrouping<(PatientKey? Patient, ResourceKey? Alone), ResourceVersion> versions) =>
        new(versions.Key.Patient?.Id, JsonSerializer.Serialize(versions.ToList(), CartJson.Options));

    private static string? NoteOf(Notification notification, IReadOnlyList<ResourceVersion> versions, int deliveries) =>
        !notification.Supported ? FormNotSupported
        : notification.Items.Count == 0 ? notification.AsksCatchUp ? CatchUpAsked : SubscriptionOnly
        : deliveries > 0 ? null
        : versions.Select(version => version.NotRelevant).FirstOrDefault(reason => reason is not null);

    private static string StatusOf(Notification notification, int deliveries, int refusals) =>
        deliveries > 0 ? RowStatus.Sent
        : refusals > 0 ? RowStatus.Refused
        : notification.Supported ? RowStatus.Done
        : RowStatus.Unsupported;

    private static IEnumerable<NewRefusal> RefusalsOf(ResourceVersion version) =>
        from refusal in version.Refusals
        where !DataQualityCodes.Remarks.Contains(refusal.Code)
        select new NewRefusal(refusal.Code, version.Resource.Id.Length > 0 ? version.Resource.Reference : null, refusal.Text);

    private static NewRefusal RefusalOf(NotificationItem.Unusable item) => new(DataQualityCodes.ResourceInvalid, null, item.Text);
}
