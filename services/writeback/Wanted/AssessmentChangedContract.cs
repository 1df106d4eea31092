using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Bus;

namespace CarT.Fhir.WriteBack.Wanted;

/// <summary>The check at the door: JSON lets a null into a member that is never null, and a sender can be wrong. What passes here can be stored and written.</summary>
internal static class AssessmentChangedContract
{
    private const int MaxIdLength = 64;

    /// <exception cref="MessageContractException">The message breaks its contract.</exception>
    public static void Check(AssessmentChanged message)
    {
        Require(!string.IsNullOrEmpty(message.Patient.Namespace), "the patient has no namespace");
        Require(IsFhirId(message.Patient.Id), "the patient's id is not a FHIR id");
        Require(message.Revision > 0, "revision is not positive");
        Require(message.Assessment is not null, "assessment is null");
        Require(message.Assessment!.Patient == message.Patient.Reference, "assessment is of another patient than the message");
        Require(message.Assessment.Protocol is { Id.Length: > 0, Version.Length: > 0 }, "assessment.protocol is incomplete");
        Require(message.EvidenceVersions is not null, "evidenceVersions is null");
        CheckFlags(message);
        CheckActivities(message.Assessment.CarePlan);
        Require(message.Withdrawn is not null, "withdrawn is null");
        foreach (var flag in message.Withdrawn!) CheckWithdrawn(flag);
    }

    private static void CheckFlags(AssessmentChanged message)
    {
        var flags = message.Assessment.Flags;
        Require(flags is not null, "assessment.flags is null");
        Require(message.FlagOrdinals is not null && message.FlagOrdinals.Count == flags!.Count, "flagOrdinals does not match assessment.flags");
        foreach (var flag in flags!)
        {
            Require(flag is { Code.Length: > 0, Text: not null, Evidence: not null }, "a flag is incomplete");
            Require(flag.Status is FlagStatuses.Active or FlagStatuses.Inactive, "the status of a flag is unknown");
            Require(flag.Until is null || flag.Until >= flag.Since, "a flag ends before it begins");
        }
        var identities = flags.Zip(message.FlagOrdinals!, (flag, ordinal) => (flag.Code, flag.Episode, ordinal)).ToList();
        Require(identities.Distinct().Count() == identities.Count, "two flags have one identity");
    }

    private static void CheckActivities(ProposedCarePlan? plan)
    {
        Require(plan?.Activities is not null, "assessment.carePlan.activities is null");
        foreach (var activity in plan!.Activities)
        {
            Require(activity is { Code.Length: > 0, Text: not null, Evidence: not null }, "an activity is incomplete");
            Require(activity.Kind is ActivityKinds.Task or ActivityKinds.ServiceRequest or ActivityKinds.MedicationRequest, "the kind of an activity is unknown");
        }
        Require(plan.Activities.Select(activity => activity.Code).Distinct().Count() == plan.Activities.Count, "two activities have one code");
    }

    private static void CheckWithdrawn(WithdrawnFlag? flag)
    {
        Require(flag is { Code.Length: > 0, Text: not null }, "a withdrawn flag is incomplete");
        Require(flag!.Status is FlagStatuses.EnteredInError or FlagStatuses.Inactive, "the status of a withdrawn flag is unknown");
    }

    private static bool IsFhirId(string? id) => id is { Length: > 0 and <= MaxIdLength } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    private static void Require(bool holds, string fault)
    {
        if (!holds) throw new MessageContractException("AssessmentChanged: " + fault);
    }
}
