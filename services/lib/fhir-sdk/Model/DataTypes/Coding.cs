using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A code of a terminology, with its system.</summary>
public class Coding : DataType
{
    public override string TypeName => "Coding";

    public Coding() { }

    public Coding(string? system, string? code)
    {
        System = system;
        Code = code;
    }

    public Coding(string? system, string? code, string? display) : this(system, code) => Display = display;

    [FhirElement("system")] public FhirUri? SystemElement { get; set; }
    public string? System { get => SystemElement?.Value; set => SystemElement = value is null ? null : new(value); }
    [FhirElement("version")] public FhirString? VersionElement { get; set; }
    public string? Version { get => VersionElement?.Value; set => VersionElement = value is null ? null : new(value); }
    [FhirElement("code")] public Code? CodeElement { get; set; }
    public string? Code { get => CodeElement?.Value; set => CodeElement = value is null ? null : new(value); }
    [FhirElement("display")] public FhirString? DisplayElement { get; set; }
    public string? Display { get => DisplayElement?.Value; set => DisplayElement = value is null ? null : new(value); }
    [FhirElement("userSelected")] public FhirBoolean? UserSelectedElement { get; set; }
    public bool? UserSelected { get => UserSelectedElement?.Value; set => UserSelectedElement = value is null ? null : new(value); }
}
