using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Hl7.Fhir.Model;
using Lambda = System.Linq.Expressions.Expression;

namespace Hl7.Fhir.Introspection;

/// <summary>What the value of a primitive type is in JSON and in .NET.</summary>
internal enum PrimitiveFormat
{
    /// <summary>Not a primitive type.</summary>
    None,
    Text,

    /// <summary>Text that comes from a vocabulary and repeats from resource to resource: codes, URIs.</summary>
    Word,
    Boolean,
    Integer,
    Long,
    Decimal,
    Instant,
    Bytes,
}

/// <summary>A FHIR type as reader and writer see it. Made once per type from the [FhirElement] properties.</summary>
internal sealed class TypeDescription
{
    private static readonly ConcurrentDictionary<Type, TypeDescription> Known = new();

    private readonly Func<Base> _create;

    private TypeDescription(Type type, Func<Base> create)
    {
        _create = create;
        Name = _create().TypeName;
        Format = FormatOf(type);
        Suffix = Encoding.UTF8.GetBytes(char.ToUpperInvariant(Name[0]) + Name[1..]);
        Elements = [.. type.GetProperties()
            .Select(property => (Property: property, Attribute: property.GetCustomAttribute<FhirElementAttribute>()!))
            .Where(pair => pair.Attribute is not null)
            .OrderBy(pair => DepthOf(pair.Property.DeclaringType!)).ThenBy(pair => pair.Attribute.Order)
            .Select(pair => new ElementDescription(pair.Property, pair.Attribute))];
    }

    public string Name { get; }

    public PrimitiveFormat Format { get; }

    /// <summary>How the type shows in the name of a choice element, UTF-8: Quantity, DateTime.</summary>
    public byte[] Suffix { get; }

    /// <summary>The elements, those of the base types first.</summary>
    public ElementDescription[] Elements { get; }

    /// <summary>Whether the type has elements that are not described here and are to be passed over.</summary>
    public bool IsPartial { get; private init; }

    public static TypeDescription Of(Type type) => Known.GetOrAdd(type, static t => new(t, CreatorOf(t)));

    /// <summary>A resource type that has no class of its own.</summary>
    public static TypeDescription OfOther(string name) => new(typeof(OtherResource), () => new OtherResource(name)) { IsPartial = true };

    public Base Create() => _create();

    private static Func<Base> CreatorOf(Type type) => Lambda.Lambda<Func<Base>>(Lambda.New(type)).Compile();

    private static int DepthOf(Type? type) => type is null ? 0 : 1 + DepthOf(type.BaseType);

    private static PrimitiveFormat FormatOf(Type type) => type switch
    {
        _ when !typeof(PrimitiveType).IsAssignableFrom(type) => PrimitiveFormat.None,
        _ when type == typeof(Code) || type == typeof(FhirUri) || type == typeof(Canonical) || type.IsGenericType => PrimitiveFormat.Word,
        _ when type == typeof(FhirBoolean) => PrimitiveFormat.Boolean,
        _ when type == typeof(FhirDecimal) => PrimitiveFormat.Decimal,
        _ when type == typeof(Integer) || type == typeof(UnsignedInt) || type == typeof(PositiveInt) => PrimitiveFormat.Integer,
        _ when type == typeof(Integer64) => PrimitiveFormat.Long,
        _ when type == typeof(Instant) => PrimitiveFormat.Instant,
        _ when type == typeof(Base64Binary) => PrimitiveFormat.Bytes,
        _ => PrimitiveFormat.Text,
    };
}
