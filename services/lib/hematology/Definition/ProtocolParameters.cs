using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>How infusion records form episodes (P1.3), which resources prove a dose (P1.6), and the products of the source paper.</summary>
public sealed record EpisodeParameters(
    int SameInfusionMaxDays,
    int ConflictAfterHours,
    int ConflictAfterDays,
    int SplitDoseFromDay,
    int SplitDoseToDay,
    IReadOnlyList<string> DoseEvidence,
    IReadOnlyList<string> StudyProducts);

/// <summary>The border of low: <see cref="Comparator"/> is <c>&lt;=</c> or <c>&lt;</c>; every other value is above it (P5).</summary>
public sealed record LowThreshold(string Comparator, decimal Value)
{
    /// <summary>Whether an exact value is low.</summary>
    public bool IsLow(decimal value) => Comparator == "<=" ? value <= Value : value < Value;
}

public sealed record LowParameters(LowThreshold AncPerUl, LowThreshold PlateletsPerUl, LowThreshold HemoglobinGPerDl);

/// <summary>How long a transfusion supports a lineage, and how long G-CSF is remarked beside an ANC (P4).</summary>
public sealed record SupportParameters(
    int PlateletsDays,
    int HemoglobinDays,
    int AncDays,
    int GcsfRemarkDays,
    int GcsfLongActingRemarkDays,
    int ExcludeGcsfDays);

/// <summary>When a lineage becomes Severe or Dependent, and the screening window (P6).</summary>
public sealed record DetectionParameters(
    int FromDay,
    int ScreeningToDay,
    int ConcludeFromDay,
    int LowValues,
    int LowMaxGapDays,
    int DependentTransfusionDays,
    int DependentWindowDays);

/// <summary>The run of recovered values, baseline, and loss (P7).</summary>
public sealed record ResolutionParameters(
    int Values,
    int MaxGapDays,
    bool TransfusionRestarts,
    int BaselineWindowDays,
    int LostLowValues,
    int LostMaxGapDays);

/// <summary>How long after the last dose a therapy is current (P9.1).</summary>
public sealed record TherapyParameters(int OralCurrentDays, int RomiplostimCurrentDays);

/// <summary>Proposals to start, and their limits (P9.4).</summary>
public sealed record StartParameters(
    decimal EltrombopagMgPerDay,
    decimal EltrombopagLowMgPerDay,
    decimal RomiplostimUgPerDose,
    int RomiplostimEveryDays,
    int RomiplostimDoses,
    int SecondRomiplostimAfterDays,
    decimal PlateletsMaxPerUl,
    int AltWindowDays,
    decimal AltBelowTimesUln);

public sealed record MonitoringParameters(int CbcTimesPerWeek, int LiverPanelEveryDays);

/// <summary>Raising the dose of eltrombopag (P9.3).</summary>
public sealed record EscalationParameters(
    int AfterDays,
    decimal DoseDaysMinPercent,
    decimal PlateletsMaxPerUl,
    int PlateletsMaxAgeDays,
    int AltMaxAgeDays,
    decimal AltBelowTimesUln,
    decimal StepMg,
    decimal CapMgPerDay,
    decimal LowStartMaxMgPerDay,
    decimal LowStartCapMgPerDay);

/// <summary>What lies outside the protocol (P9.5).</summary>
public sealed record OffProtocolParameters(
    int BeforeDay,
    decimal EltrombopagMaxMgPerDay,
    decimal RomiplostimMaxUgPerDose,
    int RomiplostimMaxDoses,
    int RomiplostimMinIntervalDays,
    int FlagDays);

/// <summary>Platelet limits of one agent: reduce and hold strictly above, resume strictly below (P9.6).</summary>
public sealed record PlateletLimits(decimal ReduceAbovePerUl, decimal HoldAbovePerUl, decimal ResumeBelowPerUl);

public sealed record ThrombocytosisParameters(
    PlateletLimits Eltrombopag,
    PlateletLimits Romiplostim,
    PlateletLimits Avatrombopag,
    PlateletLimits Lusutrombopag,
    decimal EndsWithoutTherapyAtPerUl,
    decimal ReduceEltrombopagByMg,
    decimal ReduceWithoutDoseAtMg)
{
    /// <summary>The limits by agent code.</summary>
    public IEnumerable<(string Agent, PlateletLimits Limits)> ByAgent =>
        [(Agents.Eltrombopag, Eltrombopag), (Agents.Romiplostim, Romiplostim), (Agents.Avatrombopag, Avatrombopag), (Agents.Lusutrombopag, Lusutrombopag)];
}

/// <summary>Hold at or above this multiple of the upper limit of normal (P9.7).</summary>
public sealed record HepatotoxicityParameters(decimal HoldFromTimesUln);

public sealed record TaperParameters(int AfterDays, decimal StepMg, decimal StopAtMg);

public sealed record NonResponseParameters(int AfterDays, decimal HighDoseMgPerDay, int HighDoseDays);

public sealed record ClosingParameters(int CompleteWithoutDoseDays, int AfterDay, int WithoutDoseDays);

public sealed record FlagParameters(
    int ScreeningDueFromDay,
    int ScreeningMissedFromDay,
    int LateAfterDay,
    int DataQualityDays,
    int DataQualityFromDay);

public sealed record SilenceParameters(int FromDay, int CompletedDaysWithoutCount);

/// <summary>
/// Windows and modes of the grades (P12), and the window of CAR-HEMATOTOX (P1.4). The limits of a published scale belong to the scale and are none.
/// </summary>
public sealed record GradeParameters(
    string IcahtMode,
    int EarlyFromDay,
    int EarlyToDay,
    int LateFromDay,
    int LateToDay,
    int FillMaxGapDays,
    int JoinMaxGapDays,
    string TicahtMode,
    string CtcaeVersion,
    int CarHematotoxFromDay,
    int CarHematotoxToDay,
    PhenotypeParameters Phenotype);

/// <summary>The courses of neutrophil recovery (P12.6).</summary>
public sealed record PhenotypeParameters(int ToDay, decimal AplasticBelowPerUl, int AplasticDays, decimal RecoveredAbovePerUl, int DipAfterDay);

/// <summary>A default that no source gives and that a haematologist must approve: the rule, the parameters it concerns, and why.</summary>
public sealed record SignOff(string Rule, IReadOnlyList<string> Parameters, string Text);
