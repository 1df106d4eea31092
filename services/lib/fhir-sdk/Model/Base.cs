using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>The root of all FHIR types.</summary>
public abstract class Base
{
    /// <summary>The name of the type in FHIR, e.g. CodeableConcept, dateTime.</summary>
    public virtual string TypeName => "Base";
}

/// <summary>Whatever can carry extensions.</summary>
public interface IExtendable
{
    List<Extension> Extension { get; set; }
}

/// <summary>Whatever can carry extensions that change its meaning.</summary>
public interface IModifierExtendable : IExtendable
{
    List<Extension> ModifierExtension { get; set; }
}

/// <summary>Any part of a resource.</summary>
public abstract class Element : Base, IExtendable
{
    private List<Extension>? _extension;

    public override string TypeName => "Element";

    /// <summary>The id by which other parts of the same resource can point here.</summary>
    [FhirElement("id")] public string? ElementId { get; set; }
    [FhirElement("extension")] public List<Extension> Extension { get => _extension ??= []; set => _extension = value; }

    private protected bool HasIdOrExtensions => ElementId is not null || _extension is { Count: > 0 };
}

/// <summary>Any part of a resource whose type can be used in many places.</summary>
public abstract class DataType : Element
{
    public override string TypeName => "DataType";
}

/// <summary>A part that is declared inside a resource.</summary>
public abstract class BackboneElement : Element, IModifierExtendable
{
    public override string TypeName => "BackboneElement";

    [FhirElement("modifierExtension")] public List<Extension> ModifierExtension { get => field ??= []; set; }
}

/// <summary>A data type that can carry modifier extensions (Timing, Dosage).</summary>
public abstract class BackboneType : DataType, IModifierExtendable
{
    public override string TypeName => "BackboneType";

    [FhirElement("modifierExtension")] public List<Extension> ModifierExtension { get => field ??= []; set; }
}

/// <summary>Additional information that the base type does not have.</summary>
public class Extension : DataType
{
    public Extension() { }

    public Extension(string? url, DataType? value)
    {
        Url = url;
        Value = value;
    }

    public override string TypeName => "Extension";

    /// <summary>The identity of its definition.</summary>
    [FhirElement("url")] public string? Url { get; set; }
    [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
}

/// <summary>The text of a resource for people.</summary>
public class Narrative : DataType
{
    public Narrative() { }

    public Narrative(string? html)
    {
        Div = html;
        Status = NarrativeStatus.Generated;
    }

    public override string TypeName => "Narrative";

    [FhirElement("status")] public Code<NarrativeStatus>? StatusElement { get; set; }
    public NarrativeStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("div")] public XHtml? DivElement { get; set; }

    /// <summary>One XHTML div with its namespace.</summary>
    public string? Div { get => DivElement?.Value; set => DivElement = value is null ? null : new(value); }

    public enum NarrativeStatus
    {
        [Utility.EnumLiteral("generated")] Generated,
        [Utility.EnumLiteral("extensions")] Extensions,
        [Utility.EnumLiteral("additional")] Additional,
        [Utility.EnumLiteral("empty")] Empty,
    }
}
