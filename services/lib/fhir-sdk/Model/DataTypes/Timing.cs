using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>When something happens once or repeatedly.</summary>
public class Timing : BackboneType
{
    public override string TypeName => "Timing";

    [FhirElement("event")] public List<FhirDateTime> EventElement { get => field ??= []; set; }
    public IEnumerable<string?> Event
    {
        get => EventElement.Select(e => e?.Value);
        set => EventElement = [.. value.Select(v => new FhirDateTime(v))];
    }

    [FhirElement("repeat")] public RepeatComponent? Repeat { get; set; }
    [FhirElement("code")] public CodeableConcept? Code { get; set; }

    /// <summary>How often, how long, when.</summary>
    public class RepeatComponent : Element
    {
        public override string TypeName => "Timing#Repeat";

        [FhirElement("bounds", Choice = ChoiceType.DatatypeChoice)] public DataType? Bounds { get; set; }
        [FhirElement("count")] public PositiveInt? CountElement { get; set; }
        public int? Count { get => CountElement?.Value; set => CountElement = value is null ? null : new(value); }
        [FhirElement("countMax")] public PositiveInt? CountMaxElement { get; set; }
        public int? CountMax { get => CountMaxElement?.Value; set => CountMaxElement = value is null ? null : new(value); }
        [FhirElement("duration")] public FhirDecimal? DurationElement { get; set; }
        public decimal? Duration { get => DurationElement?.Value; set => DurationElement = value is null ? null : new(value); }
        [FhirElement("durationMax")] public FhirDecimal? DurationMaxElement { get; set; }
        public decimal? DurationMax { get => DurationMaxElement?.Value; set => DurationMaxElement = value is null ? null : new(value); }
        [FhirElement("durationUnit")] public Code<UnitsOfTime>? DurationUnitElement { get; set; }
        public UnitsOfTime? DurationUnit { get => DurationUnitElement?.Value; set => DurationUnitElement = value is null ? null : new(value); }
        [FhirElement("frequency")] public PositiveInt? FrequencyElement { get; set; }
        public int? Frequency { get => FrequencyElement?.Value; set => FrequencyElement = value is null ? null : new(value); }
        [FhirElement("frequencyMax")] public PositiveInt? FrequencyMaxElement { get; set; }
        public int? FrequencyMax { get => FrequencyMaxElement?.Value; set => FrequencyMaxElement = value is null ? null : new(value); }
        [FhirElement("period")] public FhirDecimal? PeriodElement { get; set; }
        public decimal? Period { get => PeriodElement?.Value; set => PeriodElement = value is null ? null : new(value); }
        [FhirElement("periodMax")] public FhirDecimal? PeriodMaxElement { get; set; }
        public decimal? PeriodMax { get => PeriodMaxElement?.Value; set => PeriodMaxElement = value is null ? null : new(value); }
        [FhirElement("periodUnit")] public Code<UnitsOfTime>? PeriodUnitElement { get; set; }
        public UnitsOfTime? PeriodUnit { get => PeriodUnitElement?.Value; set => PeriodUnitElement = value is null ? null : new(value); }
        [FhirElement("dayOfWeek")] public List<Code<DaysOfWeek>> DayOfWeekElement { get => field ??= []; set; }
        public IEnumerable<DaysOfWeek?> DayOfWeek
        {
            get => DayOfWeekElement.Select(e => e?.Value);
            set => DayOfWeekElement = [.. value.Select(v => new Code<DaysOfWeek>(v))];
        }

        [FhirElement("timeOfDay")] public List<Time> TimeOfDayElement { get => field ??= []; set; }
        public IEnumerable<string?> TimeOfDay
        {
            get => TimeOfDayElement.Select(e => e?.Value);
            set => TimeOfDayElement = [.. value.Select(v => new Time(v))];
        }

        [FhirElement("when")] public List<Code<EventTiming>> WhenElement { get => field ??= []; set; }
        public IEnumerable<EventTiming?> When
        {
            get => WhenElement.Select(e => e?.Value);
            set => WhenElement = [.. value.Select(v => new Code<EventTiming>(v))];
        }

        [FhirElement("offset")] public UnsignedInt? OffsetElement { get; set; }
        public int? Offset { get => OffsetElement?.Value; set => OffsetElement = value is null ? null : new(value); }
    }

    public enum UnitsOfTime
    {
        [EnumLiteral("s")] S,
        [EnumLiteral("min")] Min,
        [EnumLiteral("h")] H,
        [EnumLiteral("d")] D,
        [EnumLiteral("wk")] Wk,
        [EnumLiteral("mo")] Mo,
        [EnumLiteral("a")] A,
    }

    public enum EventTiming
    {
        [EnumLiteral("MORN")] MORN,
        [EnumLiteral("MORN.early")] MORN_early,
        [EnumLiteral("MORN.late")] MORN_late,
        [EnumLiteral("NOON")] NOON,
        [EnumLiteral("AFT")] AFT,
        [EnumLiteral("AFT.early")] AFT_early,
        [EnumLiteral("AFT.late")] AFT_late,
        [EnumLiteral("EVE")] EVE,
        [EnumLiteral("EVE.early")] EVE_early,
        [EnumLiteral("EVE.late")] EVE_late,
        [EnumLiteral("NIGHT")] NIGHT,
        [EnumLiteral("PHS")] PHS,
        [EnumLiteral("HS")] HS,
        [EnumLiteral("WAKE")] WAKE,
        [EnumLiteral("C")] C,
        [EnumLiteral("CM")] CM,
        [EnumLiteral("CD")] CD,
        [EnumLiteral("CV")] CV,
        [EnumLiteral("AC")] AC,
        [EnumLiteral("ACM")] ACM,
        [EnumLiteral("ACD")] ACD,
        [EnumLiteral("ACV")] ACV,
        [EnumLiteral("PC")] PC,
        [EnumLiteral("PCM")] PCM,
        [EnumLiteral("PCD")] PCD,
        [EnumLiteral("PCV")] PCV,
    }
}
