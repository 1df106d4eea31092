using System.Text;

namespace Hl7.Fhir.Introspection;

/// <summary>Knows the resources and data types of a FHIR release.</summary>
public class ModelInspector
{
    private readonly Dictionary<string, TypeDescription> _resources;
    private readonly TypeDescription[] _dataTypes;

    internal ModelInspector(IEnumerable<Type> resources, IEnumerable<Type> dataTypes, IEnumerable<string> otherResources)
    {
        _resources = resources.Select(TypeDescription.Of).Concat(otherResources.Select(TypeDescription.OfOther))
            .ToDictionary(type => type.Name, StringComparer.OrdinalIgnoreCase);
        _dataTypes = [.. dataTypes.Select(TypeDescription.Of)];
    }

    internal TypeDescription? FindResource(string name) => _resources.GetValueOrDefault(name);

    /// <summary>The data type, in any case, that the rest of a choice element's name stands for: "DateTime" of valueDateTime.</summary>
    internal TypeDescription? FindDataType(ReadOnlySpan<byte> suffix)
    {
        foreach (var type in _dataTypes)
        {
            if (suffix.Length == type.Suffix.Length && Ascii.EqualsIgnoreCase(suffix, type.Suffix)) return type;
        }
        return null;
    }
}
