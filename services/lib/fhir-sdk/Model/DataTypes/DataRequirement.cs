using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>Which data are needed.</summary>
public class DataRequirement : DataType
{
    public override string TypeName => "DataRequirement";

    [FhirElement("type")] public Code<FHIRAllTypes>? TypeElement { get; set; }
    public FHIRAllTypes? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    [FhirElement("profile")] public List<Canonical> ProfileElement { get => field ??= []; set; }
    public IEnumerable<string?> Profile { get => ProfileElement.Select(e => e?.Value); set => ProfileElement = [.. value.Select(v => new Canonical(v))]; }
    [FhirElement("subject", Choice = ChoiceType.DatatypeChoice)] public DataType? Subject { get; set; }
    [FhirElement("mustSupport")] public List<FhirString> MustSupportElement { get => field ??= []; set; }
    public IEnumerable<string?> MustSupport { get => MustSupportElement.Select(e => e?.Value); set => MustSupportElement = [.. value.Select(v => new FhirString(v))]; }
    [FhirElement("codeFilter")] public List<CodeFilterComponent> CodeFilter { get => field ??= []; set; }
    [FhirElement("dateFilter")] public List<DateFilterComponent> DateFilter { get => field ??= []; set; }
    [FhirElement("limit")] public PositiveInt? LimitElement { get; set; }
    public int? Limit { get => LimitElement?.Value; set => LimitElement = value is null ? null : new(value); }
    [FhirElement("sort")] public List<SortComponent> Sort { get => field ??= []; set; }

    /// <summary>Only data with these codes.</summary>
    public class CodeFilterComponent : Element
    {
        public override string TypeName => "DataRequirement#CodeFilter";

        [FhirElement("path")] public FhirString? PathElement { get; set; }
        public string? Path { get => PathElement?.Value; set => PathElement = value is null ? null : new(value); }
        [FhirElement("searchParam")] public FhirString? SearchParamElement { get; set; }
        public string? SearchParam { get => SearchParamElement?.Value; set => SearchParamElement = value is null ? null : new(value); }
        [FhirElement("valueSet")] public Canonical? ValueSetElement { get; set; }
        public string? ValueSet { get => ValueSetElement?.Value; set => ValueSetElement = value is null ? null : new(value); }
        [FhirElement("code")] public List<Coding> Code { get => field ??= []; set; }
    }

    /// <summary>Only data of this time.</summary>
    public class DateFilterComponent : Element
    {
        public override string TypeName => "DataRequirement#DateFilter";

        [FhirElement("path")] public FhirString? PathElement { get; set; }
        public string? Path { get => PathElement?.Value; set => PathElement = value is null ? null : new(value); }
        [FhirElement("searchParam")] public FhirString? SearchParamElement { get; set; }
        public string? SearchParam { get => SearchParamElement?.Value; set => SearchParamElement = value is null ? null : new(value); }
        [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
    }

    /// <summary>In which order.</summary>
    public class SortComponent : Element
    {
        public override string TypeName => "DataRequirement#Sort";

        [FhirElement("path")] public FhirString? PathElement { get; set; }
        public string? Path { get => PathElement?.Value; set => PathElement = value is null ? null : new(value); }
        [FhirElement("direction")] public Code<SortDirection>? DirectionElement { get; set; }
        public SortDirection? Direction { get => DirectionElement?.Value; set => DirectionElement = value is null ? null : new(value); }
    }

    public enum SortDirection
    {
        [EnumLiteral("ascending")] Ascending,
        [EnumLiteral("descending")] Descending,
    }
}
