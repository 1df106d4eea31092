using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

// The code systems that several resources share. Literals are those of R4 (4.0.1).

public enum AdministrativeGender
{
    [EnumLiteral("male")] Male,
    [EnumLiteral("female")] Female,
    [EnumLiteral("other")] Other,
    [EnumLiteral("unknown")] Unknown,
}

public enum CompositionStatus
{
    [EnumLiteral("preliminary")] Preliminary,
    [EnumLiteral("final")] Final,
    [EnumLiteral("amended")] Amended,
    [EnumLiteral("entered-in-error")] EnteredInError,
}

public enum DaysOfWeek
{
    [EnumLiteral("mon")] Mon,
    [EnumLiteral("tue")] Tue,
    [EnumLiteral("wed")] Wed,
    [EnumLiteral("thu")] Thu,
    [EnumLiteral("fri")] Fri,
    [EnumLiteral("sat")] Sat,
    [EnumLiteral("sun")] Sun,
}

public enum DeviceNameType
{
    [EnumLiteral("udi-label-name")] UdiLabelName,
    [EnumLiteral("user-friendly-name")] UserFriendlyName,
    [EnumLiteral("patient-reported-name")] PatientReportedName,
    [EnumLiteral("manufacturer-name")] ManufacturerName,
    [EnumLiteral("model-name")] ModelName,
    [EnumLiteral("other")] Other,
}

public enum DocumentReferenceStatus
{
    [EnumLiteral("current")] Current,
    [EnumLiteral("superseded")] Superseded,
    [EnumLiteral("entered-in-error")] EnteredInError,
}

public enum DocumentRelationshipType
{
    [EnumLiteral("replaces")] Replaces,
    [EnumLiteral("transforms")] Transforms,
    [EnumLiteral("signs")] Signs,
    [EnumLiteral("appends")] Appends,
}

public enum EventStatus
{
    [EnumLiteral("preparation")] Preparation,
    [EnumLiteral("in-progress")] InProgress,
    [EnumLiteral("not-done")] NotDone,
    [EnumLiteral("on-hold")] OnHold,
    [EnumLiteral("stopped")] Stopped,
    [EnumLiteral("completed")] Completed,
    [EnumLiteral("entered-in-error")] EnteredInError,
    [EnumLiteral("unknown")] Unknown,
}

public enum ObservationStatus
{
    [EnumLiteral("registered")] Registered,
    [EnumLiteral("preliminary")] Preliminary,
    [EnumLiteral("final")] Final,
    [EnumLiteral("amended")] Amended,
    [EnumLiteral("corrected")] Corrected,
    [EnumLiteral("cancelled")] Cancelled,
    [EnumLiteral("entered-in-error")] EnteredInError,
    [EnumLiteral("unknown")] Unknown,
}

public enum RequestIntent
{
    [EnumLiteral("proposal")] Proposal,
    [EnumLiteral("plan")] Plan,
    [EnumLiteral("directive")] Directive,
    [EnumLiteral("order")] Order,
    [EnumLiteral("original-order")] OriginalOrder,
    [EnumLiteral("reflex-order")] ReflexOrder,
    [EnumLiteral("filler-order")] FillerOrder,
    [EnumLiteral("instance-order")] InstanceOrder,
    [EnumLiteral("option")] Option,
}

public enum RequestPriority
{
    [EnumLiteral("routine")] Routine,
    [EnumLiteral("urgent")] Urgent,
    [EnumLiteral("asap")] Asap,
    [EnumLiteral("stat")] Stat,
}

public enum RequestStatus
{
    [EnumLiteral("draft")] Draft,
    [EnumLiteral("active")] Active,
    [EnumLiteral("on-hold")] OnHold,
    [EnumLiteral("revoked")] Revoked,
    [EnumLiteral("completed")] Completed,
    [EnumLiteral("entered-in-error")] EnteredInError,
    [EnumLiteral("unknown")] Unknown,
}
