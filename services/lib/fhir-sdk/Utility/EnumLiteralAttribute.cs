namespace Hl7.Fhir.Utility;

/// <summary>The code that stands for an enum member on the wire, and its code system where it is not the one of the whole enum.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class EnumLiteralAttribute(string literal, string? system = null) : Attribute
{
    public string Literal { get; } = literal;

    public string? System { get; } = system;
}
