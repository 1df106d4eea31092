using System.Text.Json;

namespace CarT.Fhir.Hematology;

/// <summary>From the JSON of a protocol definition to the record, with every fault collected.</summary>
internal static class DefinitionParser
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static DefinitionResult Parse(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            var root = JsonElement.Parse(WithoutByteOrderMark(utf8Json.Span), Strict);
            // Looks at every text, so that nothing after it meets one that cannot be decoded.
            var hash = CanonicalJson.Hash(root);
            return root.ValueKind == JsonValueKind.Object ? Read(root, hash) : new(null, ["the document: must be a JSON object"]);
        }
        catch (JsonException e)
        {
            return new(null, [$"the document: is not valid JSON (line {e.LineNumber + 1})"]);
        }
        catch (InvalidOperationException)
        {
            return new(null, ["the document: holds a text that is no Unicode"]);
        }
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> utf8Json) =>
        utf8Json.StartsWith("\uFEFF"u8) ? utf8Json["\uFEFF"u8.Length..] : utf8Json;

    private static DefinitionResult Read(JsonElement root, string hash)
    {
        var faults = new List<string>();
        var definition = DefinitionSection.Read(root, "", faults, section => Definition(section, hash));
        DefinitionCheck.Check(definition, faults);
        return faults.Count == 0 ? new(definition, []) : new(null, faults);
    }

    private static ProtocolDefinition Definition(DefinitionSection s, string hash) => new()
    {
        Id = s.Text("id"),
        Version = s.Text("version"),
        Title = s.Text("title"),
        Source = s.Text("source"),
        Hash = hash,
        Episode = s.Section("episode", Episode),
        Low = s.Section("low", static s => new LowParameters(
            s.Section("ancPerUl", Low), s.Section("plateletsPerUl", Low), s.Section("hemoglobinGPerDl", Low))),
        Support = s.Section("support", static s => new SupportParameters(
            s.Int("plateletsDays", 1), s.Int("hemoglobinDays", 1), s.Int("ancDays", 1),
            s.Int("gcsfRemarkDays"), s.Int("gcsfLongActingRemarkDays"), s.Int("excludeGcsfDays"))),
        Detection = s.Section("detection", static s => new DetectionParameters(
            s.Int("fromDay", 1), s.Int("screeningToDay", 1), s.Int("concludeFromDay", 1), s.Int("lowValues", 1), s.Int("lowMaxGapDays", 1),
            s.Int("dependentTransfusionDays", 1), s.Int("dependentWindowDays", 1))),
        Resolution = s.Section("resolution", static s => new ResolutionParameters(
            s.Int("values", 1), s.Int("maxGapDays", 1), s.YesOrNo("transfusionRestarts"), s.Int("baselineWindowDays", 1),
            s.Int("lostLowValues", 1), s.Int("lostMaxGapDays", 1))),
        Therapy = s.Section("therapy", static s => new TherapyParameters(s.Int("oralCurrentDays"), s.Int("romiplostimCurrentDays"))),
        Start = s.Section("start", Start),
        Monitoring = s.Section("monitoring", static s => new MonitoringParameters(s.Int("cbcTimesPerWeek", 1), s.Int("liverPanelEveryDays", 1))),
        Escalation = s.Section("escalation", Escalation),
        OffProtocol = s.Section("offProtocol", static s => new OffProtocolParameters(
            s.Int("beforeDay"), s.Positive("eltrombopagMaxMgPerDay"), s.Positive("romiplostimMaxUgPerDose"), s.Int("romiplostimMaxDoses", 1),
            s.Int("romiplostimMinIntervalDays", 1), s.Int("flagDays", 1))),
        Thrombocytosis = s.Section("thrombocytosis", static s => new ThrombocytosisParameters(
            s.Section("eltrombopag", Limits), s.Section("romiplostim", Limits), s.Section("avatrombopag", Limits), s.Section("lusutrombopag", Limits),
            s.Positive("endsWithoutTherapyAtPerUl"), s.Positive("reduceEltrombopagByMg"), s.Positive("reduceWithoutDoseAtMg"))),
        Hepatotoxicity = s.Section("hepatotoxicity", static s => new HepatotoxicityParameters(s.Positive("holdFromTimesUln"))),
        Taper = s.Section("taper", static s => new TaperParameters(s.Int("afterDays", 1), s.Positive("stepMg"), s.Positive("stopAtMg"))),
        NonResponse = s.Section("nonResponse", static s => new NonResponseParameters(
            s.Int("afterDays", 1), s.Positive("highDoseMgPerDay"), s.Int("highDoseDays", 1))),
        Closing = s.Section("closing", static s => new ClosingParameters(
            s.Int("completeWithoutDoseDays", 1), s.Int("afterDay", 1), s.Int("withoutDoseDays", 1))),
        Flags = s.Section("flags", static s => new FlagParameters(
            s.Int("screeningDueFromDay"), s.Int("screeningMissedFromDay"), s.Int("lateAfterDay"), s.Int("dataQualityDays", 1),
            s.Int("dataQualityFromDay"))),
        Silence = s.Section("silence", static s => new SilenceParameters(s.Int("fromDay"), s.Int("completedDaysWithoutCount", 1))),
        Grades = s.Section("grades", Grades),
        SignOff = s.Sections("signOff", static s => new SignOff(s.Text("rule"), s.Texts("parameters"), s.Text("text"))),
    };

    private static EpisodeParameters Episode(DefinitionSection s) => new(
        s.Int("sameInfusionMaxDays"), s.Int("conflictAfterHours", 1), s.Int("conflictAfterDays", 1), s.Int("splitDoseFromDay", 1),
        s.Int("splitDoseToDay"),
        s.Texts("doseEvidence", "MedicationAdministration", "MedicationStatement", "MedicationDispense"),
        s.Texts("studyProducts"));

    private static LowThreshold Low(DefinitionSection s) => new(s.OneOf("comparator", "<=", "<"), s.Positive("value"));

    private static StartParameters Start(DefinitionSection s) => new(
        s.Positive("eltrombopagMgPerDay"), s.Positive("eltrombopagLowMgPerDay"), s.Positive("romiplostimUgPerDose"), s.Int("romiplostimEveryDays", 1),
        s.Int("romiplostimDoses", 1), s.Int("secondRomiplostimAfterDays", 1), s.Positive("plateletsMaxPerUl"), s.Int("altWindowDays", 1),
        s.Positive("altBelowTimesUln"));

    private static EscalationParameters Escalation(DefinitionSection s) => new(
        s.Int("afterDays", 1), s.Positive("doseDaysMinPercent", max: 100), s.Positive("plateletsMaxPerUl"), s.Int("plateletsMaxAgeDays"), s.Int("altMaxAgeDays"),
        s.Positive("altBelowTimesUln"), s.Positive("stepMg"), s.Positive("capMgPerDay"), s.Positive("lowStartMaxMgPerDay"),
        s.Positive("lowStartCapMgPerDay"));

    private static PlateletLimits Limits(DefinitionSection s) => new(
        s.Positive("reduceAbovePerUl"), s.Positive("holdAbovePerUl"), s.Positive("resumeBelowPerUl"));

    private static GradeParameters Grades(DefinitionSection s) => new(
        s.OneOf("icahtMode", Icaht.Strict, Icaht.FredHutch), s.Int("earlyFromDay"), s.Int("earlyToDay"), s.Int("lateFromDay"), s.Int("lateToDay"),
        s.Int("fillMaxGapDays"), s.Int("joinMaxGapDays"), s.OneOf("ticahtMode", Ticaht.Table, Ticaht.Code),
        s.OneOf("ctcaeVersion", Ctcae.Version5, Ctcae.Version6), s.Int("carHematotoxFromDay", -365, 0), s.Int("carHematotoxToDay", -365, 0),
        s.Section("phenotype", static s => new PhenotypeParameters(
            s.Int("toDay"), s.Positive("aplasticBelowPerUl"), s.Int("aplasticDays", 1), s.Positive("recoveredAbovePerUl"), s.Int("dipAfterDay"))));
}
