using System.Collections;
using System.Text;
using System.Text.Json;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;

namespace Hl7.Fhir.Serialization;

/// <summary>
/// Reads one resource or data type from FHIR JSON. Goes on after an error and collects them all.
/// Every method starts on the first token of its value and leaves the reader on the last.
/// </summary>
internal sealed class ResourceReader(ModelInspector inspector)
{
    private readonly InstancePath _path = new();
    private List<FhirJsonException>? _errors;

    public IReadOnlyList<FhirJsonException> Errors => _errors ?? [];

    /// <summary>Reads the resource that its resourceType names, or null where that is missing or not known.</summary>
    public Resource? ReadResource(ref Utf8JsonReader reader)
    {
        if (!IsStartOfObject(ref reader) || FindResourceType(ref reader) is not { } type) return null;
        var isRoot = _path.IsEmpty;
        if (isRoot) _path.Enter(type.Name);
        var resource = type.Create();
        ReadMembers(ref reader, resource, type, isResource: true);
        if (isRoot) _path.Leave();
        return (Resource)resource;
    }

    /// <summary>Reads a complex type.</summary>
    public Base ReadObject(ref Utf8JsonReader reader, TypeDescription type)
    {
        var instance = type.Create();
        if (IsStartOfObject(ref reader)) ReadMembers(ref reader, instance, type, isResource: false);
        return instance;
    }

    private TypeDescription? FindResourceType(ref Utf8JsonReader reader)
    {
        var ahead = reader;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isType = ahead.ValueTextEquals("resourceType"u8);
            ahead.Read();
            if (!isType)
            {
                ahead.Skip();
                continue;
            }
            if (ahead.TokenType != JsonTokenType.String)
                Report(ref reader, FhirJsonException.RESOURCETYPE_SHOULD_BE_STRING_CODE, "Property 'resourceType' should be a string.");
            else if (inspector.FindResource(ahead.GetString()!) is { } type)
                return type;
            else
                Report(ref reader, FhirJsonException.UNKNOWN_RESOURCE_TYPE_CODE, "The type in property 'resourceType' is not known.");
            reader.Skip();
            return null;
        }
        Report(ref reader, FhirJsonException.NO_RESOURCETYPE_PROPERTY_CODE, "Resource has no 'resourceType' property.");
        reader.Skip();
        return null;
    }

    private void ReadMembers(ref Utf8JsonReader reader, Base target, TypeDescription type, bool isResource)
    {
        var isEmpty = true;
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (isResource && reader.ValueTextEquals("resourceType"u8))
            {
                reader.Skip();
                continue;
            }
            isEmpty = false;
            var name = !reader.HasValueSequence && !reader.ValueIsEscaped ? reader.ValueSpan : Encoding.UTF8.GetBytes(reader.GetString()!);
            var isCompanion = name.Length > 0 && name[0] == (byte)'_';
            if (Find(ref reader, type, isCompanion ? name[1..] : name, ref next) is not { } found)
            {
                reader.Skip();
                continue;
            }
            reader.Read();
            _path.Enter(found.Element.Name, found.Element.IsList);
            ReadElement(ref reader, target, found.Element, found.Type, isCompanion);
            _path.Leave();
        }
        if (isEmpty) Report(ref reader, FhirJsonException.OBJECTS_CANNOT_BE_EMPTY_CODE, "An object needs to have at least one property.");
    }

    /// <summary>
    /// The element of that name, in any case, and the type of its value.
    /// <paramref name="next"/> is where the search starts: members mostly come in the order of the specification.
    /// </summary>
    private (ElementDescription Element, TypeDescription? Type)? Find(ref Utf8JsonReader reader, TypeDescription type, ReadOnlySpan<byte> name, ref int next)
    {
        var elements = type.Elements;
        for (var tried = 0; tried < elements.Length; tried++)
        {
            var index = next + tried < elements.Length ? next + tried : next + tried - elements.Length;
            var element = elements[index];
            if (!element.IsNamed(name)) continue;
            next = index + 1 < elements.Length ? index + 1 : 0;
            if (!element.IsChoice) return (element, element.IsText || element.IsResource ? null : element.Type);
            var suffix = element.SuffixOf(name);
            if (inspector.FindDataType(suffix) is { } dataType) return (element, dataType);
            if (suffix.IsEmpty)
                Report(ref reader, FhirJsonException.CHOICE_ELEMENT_HAS_NO_TYPE_CODE, $"Choice element '{element.Name}' is not suffixed with a type.");
            else
                Report(ref reader, FhirJsonException.CHOICE_ELEMENT_HAS_UNKOWN_TYPE_CODE, $"Choice element '{element.Name}' is suffixed with an unknown type.");
            return null;
        }
        if (!type.IsPartial) Report(ref reader, FhirJsonException.UNKNOWN_PROPERTY_FOUND_CODE, "Encountered unrecognized element.");
        return null;
    }

    private void ReadElement(ref Utf8JsonReader reader, Base target, ElementDescription element, TypeDescription? type, bool isCompanion)
    {
        if (type is { Format: not PrimitiveFormat.None })
        {
            if (element.IsList)
                ReadPrimitiveList(ref reader, (IList)element.Get(target)!, type, isCompanion);
            else
                element.Set(target, ReadPrimitive(ref reader, element.Get(target) as PrimitiveType ?? (PrimitiveType)type.Create(), type.Format, isCompanion));
            return;
        }
        if (isCompanion) Report(ref reader, FhirJsonException.USE_OF_UNDERSCORE_ILLEGAL_CODE, "Only a primitive element may be written with an underscore.");
        if (element.IsList)
        {
            ReadList(ref reader, (IList)element.Get(target)!, element, type);
            return;
        }
        if (element.Get(target) is not null) Report(ref reader, FhirJsonException.DUPLICATE_PROPERTY_CODE, "Encountered duplicate property.");
        element.Set(target, ReadSingle(ref reader, element, type));
    }

    /// <summary>Reads an array, or a single value where an array should be. A second array of the same name is appended.</summary>
    private void ReadList(ref Utf8JsonReader reader, IList list, ElementDescription element, TypeDescription? type)
    {
        var index = list.Count;
        _path.MoveTo(index);
        if (index > 0) Report(ref reader, FhirJsonException.DUPLICATE_ARRAY_CODE, "Duplicate array detected.");
        if (!IsStartOfArray(ref reader))
        {
            list.Add(ReadSingle(ref reader, element, type));
            return;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            _path.MoveTo(index++);
            list.Add(ReadSingle(ref reader, element, type));
        }
        if (list.Count == 0) ReportEmptyArray(ref reader);
    }

    private object? ReadSingle(ref Utf8JsonReader reader, ElementDescription element, TypeDescription? type)
    {
        if (element.IsResource) return ReadResource(ref reader);
        return element.IsText ? ReadText(ref reader) : ReadObject(ref reader, type!);
    }

    private string? ReadText(ref Utf8JsonReader reader)
    {
        var value = PrimitiveValue.Read(ref reader, PrimitiveFormat.Word, out var error);
        if (error is null) return (string?)value;
        Report(ref reader, value is null ? error.Value.Code : FhirJsonException.INCOMPATIBLE_SIMPLE_VALUE_CODE, error.Value.Message);
        return null;
    }

    /// <summary>Reads the array of the values or its companion of ids and extensions; whichever comes second fills what the first has left.</summary>
    private void ReadPrimitiveList(ref Utf8JsonReader reader, IList list, TypeDescription type, bool isCompanion)
    {
        var index = list.Cast<PrimitiveType?>().Any(item => item is not null && HasHalf(item, isCompanion)) ? list.Count : 0;
        var isArray = IsStartOfArray(ref reader);
        _path.MoveTo(index);
        if (index > 0) Report(ref reader, FhirJsonException.DUPLICATE_ARRAY_CODE, "Duplicate array detected.");
        var isEmpty = true;
        var isOnlyNulls = true;
        while (isArray ? reader.Read() && reader.TokenType != JsonTokenType.EndArray : isEmpty)
        {
            isEmpty = false;
            isOnlyNulls &= reader.TokenType == JsonTokenType.Null;
            ReadListItem(ref reader, list, index, type, isCompanion);
            _path.MoveTo(++index);
        }
        if (isEmpty)
            ReportEmptyArray(ref reader);
        else if (isOnlyNulls)
            Report(ref reader, FhirJsonException.PRIMITIVE_ARRAYS_ONLY_NULL_CODE, "Arrays need to have at least one non-null element.");
    }

    /// <summary>A null holds the place of an item whose other half (value, or id and extensions) is in the companion array.</summary>
    private void ReadListItem(ref Utf8JsonReader reader, IList list, int index, TypeDescription type, bool isCompanion)
    {
        if (index >= list.Count) list.Add(null);
        if (reader.TokenType == JsonTokenType.Null) return;
        var item = (PrimitiveType)(list[index] ??= type.Create())!;
        ReadPrimitive(ref reader, item, type.Format, isCompanion);
    }

    private PrimitiveType ReadPrimitive(ref Utf8JsonReader reader, PrimitiveType target, PrimitiveFormat format, bool isCompanion)
    {
        var isDuplicate = HasHalf(target, isCompanion);
        if (!isCompanion)
        {
            target.ObjectValue = PrimitiveValue.Read(ref reader, format, out var error);
            if (error is not null) Report(ref reader, error.Value.Code, error.Value.Message);
            else if (target is FhirDecimal number && PrimitiveValue.LiteralOf(ref reader) is { } literal) number.KeepLiteral(literal);
        }
        if (isDuplicate) Report(ref reader, FhirJsonException.DUPLICATE_PROPERTY_CODE, "Encountered duplicate property.");
        if (isCompanion && IsStartOfObject(ref reader)) ReadMembers(ref reader, target, TypeDescription.Of(target.GetType()), isResource: false);
        return target;
    }

    /// <summary>Whether the value or, in the companion, the id or extensions are there already.</summary>
    private static bool HasHalf(PrimitiveType item, bool isCompanion) => isCompanion ? item.HasElements : item.ObjectValue is not null;

    private bool IsStartOfObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject) return true;
        Report(ref reader, FhirJsonException.EXPECTED_START_OF_OBJECT_CODE, $"Expected start of object, but found {reader.TokenType}.");
        reader.Skip();
        return false;
    }

    private bool IsStartOfArray(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray) return true;
        Report(ref reader, FhirJsonException.EXPECTED_START_OF_ARRAY_CODE, "Expected start of array.");
        return false;
    }

    private void ReportEmptyArray(ref Utf8JsonReader reader) =>
        Report(ref reader, FhirJsonException.ARRAYS_CANNOT_BE_EMPTY_CODE, "An array needs to have at least one element.");

    private void Report(ref Utf8JsonReader reader, string code, string message) => (_errors ??= []).Add(new(code, message, _path.ToString(), ref reader));
}
