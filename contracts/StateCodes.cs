namespace CarT.Fhir.Contracts;

/// <summary>Values of <c>assessment.state</c>, one at a time (P10).</summary>
public static class States
{
    public const string NoInfusion = "no-infusion";
    public const string Observing = "observing";
    public const string Screening = "screening";
    public const string NoSevereCytopenia = "no-severe-cytopenia";
    public const string SeverePersistentCytopenia = "severe-persistent-cytopenia";
    public const string Indeterminate = "indeterminate";
    public const string OnTreatment = "on-treatment";
    public const string SafetyHold = "safety-hold";
    public const string Responded = "responded";
    public const string Tapering = "tapering";
    public const string NonResponder = "non-responder";
    public const string Closed = "closed";
}

/// <summary>Values of <c>lineages.*.status</c> (P10.10).</summary>
public static class LineageStatuses
{
    public const string Low = "low";
    public const string Unknown = "unknown";
    public const string Supported = "supported";
    public const string Resolved = "resolved";
    public const string Recovering = "recovering";
    public const string Adequate = "adequate";
}

/// <summary>Codes of flags (P10.9).</summary>
public static class FlagCodes
{
    public const string ScreeningDue = "screening-due";
    public const string ScreeningMissed = "screening-missed";
    public const string SeverePersistentCytopenia = "severe-persistent-cytopenia";
    public const string TransfusionDependent = "transfusion-dependent";
    public const string TpoRaResponse = "tpo-ra-response";
    public const string CompleteResolution = "complete-resolution";
    public const string Relapse = "relapse";
    public const string NonResponseReview = "non-response-review";
    public const string ThrombocytosisReduce = "thrombocytosis-reduce";
    public const string ThrombocytosisHold = "thrombocytosis-hold";
    public const string HepatotoxicityHold = "hepatotoxicity-hold";
    public const string OffProtocolDosing = "off-protocol-dosing";
    public const string NoRecentCounts = "no-recent-counts";
    public const string DataQuality = "data-quality";
}

/// <summary>Values of <c>flags[].status</c>.</summary>
public static class FlagStatuses
{
    public const string Active = "active";
    public const string Inactive = "inactive";
    public const string EnteredInError = "entered-in-error";
}

/// <summary>Codes of proposed care-plan activities (P9).</summary>
public static class ActivityCodes
{
    public const string HaematologistReview = "haematologist-review";
    public const string CytopeniaWorkup = "cytopenia-workup";
    public const string CbcWithDifferential = "cbc-with-differential";
    public const string LiverPanel = "liver-panel";
    public const string ConsiderEltrombopag = "consider-eltrombopag";
    public const string EscalateEltrombopag = "escalate-eltrombopag";
    public const string ConsiderRomiplostim = "consider-romiplostim";
    public const string SecondRomiplostim = "second-romiplostim";
    public const string HoldTpoRa = "hold-tpo-ra";
    public const string ReduceTpoRa = "reduce-tpo-ra";
    public const string TaperTpoRa = "taper-tpo-ra";
    public const string StopTpoRaReview = "stop-tpo-ra-review";
    public const string OphthalmicExamination = "ophthalmic-examination";
}

/// <summary>FHIR <c>CarePlan.activity.detail.kind</c> values that are used.</summary>
public static class ActivityKinds
{
    public const string Task = "Task";
    public const string ServiceRequest = "ServiceRequest";
    public const string MedicationRequest = "MedicationRequest";
}

/// <summary>Codes of <c>assessment.notes</c> and <c>therapy.notes</c>.</summary>
public static class NoteCodes
{
    public const string Late = "late";
    public const string OutsideStudyPopulation = "outside-study-population";
    public const string TransfusionsUnknown = "transfusions-unknown";
    public const string DosesUnknown = "doses-unknown";
    public const string PreviouslyTreated = "previously-treated";
    public const string OffProtocolDosing = "off-protocol-dosing";
}
