namespace Hl7.Fhir.Utility;

/// <summary>The code that stands for an enum member on the wire.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class EnumLiteralAttribute(string literal) : Attribute
{
    public string Literal { get; } = literal;
}
