using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A code of a closed list. A code outside of the list keeps its text in <see cref="PrimitiveType.ObjectValue"/>.</summary>
public class Code<T> : PrimitiveType where T : struct, Enum
{
    public Code() { }

    public Code(T? value) => Value = value;

    public override string TypeName => "code";

    /// <summary>The member of the list, or null where there is no value.</summary>
    /// <exception cref="InvalidCastException">The text is no code of the list.</exception>
    public T? Value
    {
        get => ObjectValue switch
        {
            null => null,
            string literal when EnumUtility.ParseLiteral<T>(literal) is { } member => member,
            _ => throw new InvalidCastException($"The value is not a code of {typeof(T).Name}."),
        };
        set => ObjectValue = value.GetLiteral();
    }
}
