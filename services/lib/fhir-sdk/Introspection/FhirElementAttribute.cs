using System.Runtime.CompilerServices;

namespace Hl7.Fhir.Introspection;

/// <summary>How many types an element may have.</summary>
internal enum ChoiceType
{
    None,

    /// <summary>The element's name carries the type: value[x] is written valueQuantity, valueString, ...</summary>
    DatatypeChoice,
}

/// <summary>Marks a property as an element of its FHIR type. Elements are written in the order in which they stand in the source.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FhirElementAttribute(string name, [CallerLineNumber] int order = 0) : Attribute
{
    public string Name { get; } = name;

    public int Order { get; } = order;

    public ChoiceType Choice { get; init; }

    /// <summary>The type in R4 where the property, which other releases share, allows more.</summary>
    public Type? Type { get; init; }
}
