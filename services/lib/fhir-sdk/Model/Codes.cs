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
