using System.Reflection;
using System.Text;
using System.Text.Json;
using Hl7.Fhir.Model;

namespace Hl7.Fhir.Introspection;

/// <summary>One element of a FHIR type: its name on the wire, what it holds, and how the property behind it is read and set.</summary>
internal sealed class ElementDescription
{
    private readonly Property _property;
    private readonly Type _itemType;
    private readonly byte[] _utf8Name;

    public ElementDescription(PropertyInfo property, FhirElementAttribute attribute)
    {
        var type = property.PropertyType;
        Name = attribute.Name;
        _utf8Name = Encoding.UTF8.GetBytes(Name);
        IsChoice = attribute.Choice == ChoiceType.DatatypeChoice;
        IsList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>);
        _itemType = attribute.Type ?? (IsList ? type.GetGenericArguments()[0] : type);
        IsText = _itemType == typeof(string);
        IsResource = typeof(Resource).IsAssignableFrom(_itemType);
        Names = new(Name);
        _property = (Property)Activator.CreateInstance(typeof(Property<,>).MakeGenericType(property.DeclaringType!, type), property)!;
    }

    public string Name { get; }

    public MemberNames Names { get; }

    public bool IsList { get; }

    /// <summary>The name on the wire ends with the type: value[x].</summary>
    public bool IsChoice { get; }

    /// <summary>A bare string that has neither id nor extensions: Element.id, Extension.url.</summary>
    public bool IsText { get; }

    /// <summary>Any resource.</summary>
    public bool IsResource { get; }

    /// <summary>The type of the value, or of each value of a list. Not for choices, texts and resources.</summary>
    public TypeDescription Type => field ??= TypeDescription.Of(_itemType);

    /// <summary>Whether a member of that name, in any case, is this element; for a choice the name goes on with the type.</summary>
    public bool IsNamed(ReadOnlySpan<byte> member)
    {
        var name = _utf8Name.AsSpan();
        if (member.Length == name.Length) return member.SequenceEqual(name) || Ascii.EqualsIgnoreCase(member, name);
        return IsChoice && member.StartsWith(name);
    }

    /// <summary>What follows the name of a choice: the type.</summary>
    public ReadOnlySpan<byte> SuffixOf(ReadOnlySpan<byte> member) => member[_utf8Name.Length..];

    public object? Get(Base owner) => _property.Get(owner);

    public void Set(Base owner, object? value) => _property.Set(owner, value);

    private abstract class Property
    {
        public abstract object? Get(Base owner);

        public abstract void Set(Base owner, object? value);
    }

    private sealed class Property<TOwner, TValue>(PropertyInfo property) : Property where TOwner : Base
    {
        private readonly Func<TOwner, TValue?> _get = property.GetMethod!.CreateDelegate<Func<TOwner, TValue?>>();
        private readonly Action<TOwner, TValue?> _set = property.SetMethod!.CreateDelegate<Action<TOwner, TValue?>>();

        public override object? Get(Base owner) => _get((TOwner)owner);

        public override void Set(Base owner, object? value) => _set((TOwner)owner, (TValue?)value);
    }
}

/// <summary>The name of an element on the wire and of the companion that holds a primitive's id and extensions.</summary>
internal sealed class MemberNames(string name)
{
    public JsonEncodedText Value { get; } = JsonEncodedText.Encode(name);

    public JsonEncodedText Companion { get; } = JsonEncodedText.Encode("_" + name);
}
