using System.Collections;
using System.Collections.Concurrent;
using System.Text.Json;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;

namespace Hl7.Fhir.Serialization;

/// <summary>Writes resources and data types as FHIR JSON, in the order of the specification.</summary>
internal static class ResourceWriter
{
    private static readonly ConcurrentDictionary<(string Element, string Type), MemberNames> ChoiceNames = new();

    public static void Write(Utf8JsonWriter writer, Base instance)
    {
        writer.WriteStartObject();
        if (instance is Resource) writer.WriteString("resourceType"u8, instance.TypeName);
        foreach (var element in TypeDescription.Of(instance.GetType()).Elements)
        {
            if (element.Get(instance) is { } value) WriteElement(writer, element, value);
        }
        writer.WriteEndObject();
    }

    private static void WriteElement(Utf8JsonWriter writer, ElementDescription element, object value)
    {
        switch (value)
        {
            case IList { Count: 0 }:
                break;
            case IReadOnlyList<PrimitiveType?> primitives:
                WritePrimitiveList(writer, element.Names, primitives);
                break;
            case IList list:
                writer.WriteStartArray(element.Names.Value);
                foreach (Base? item in list) WriteItem(writer, item);
                writer.WriteEndArray();
                break;
            case PrimitiveType primitive:
                WritePrimitive(writer, NamesOf(element, primitive), primitive);
                break;
            case Base complex:
                writer.WritePropertyName(NamesOf(element, complex).Value);
                Write(writer, complex);
                break;
            case string text:
                writer.WriteString(element.Names.Value, text);
                break;
        }
    }

    private static void WriteItem(Utf8JsonWriter writer, Base? item)
    {
        if (item is null)
            writer.WriteNullValue();
        else
            Write(writer, item);
    }

    private static MemberNames NamesOf(ElementDescription element, Base value) => !element.IsChoice
        ? element.Names
        : ChoiceNames.GetOrAdd((element.Name, value.TypeName), static key => new(key.Element + char.ToUpperInvariant(key.Type[0]) + key.Type[1..]));

    private static void WritePrimitive(Utf8JsonWriter writer, MemberNames names, PrimitiveType primitive)
    {
        if (primitive.ObjectValue is { } value)
        {
            writer.WritePropertyName(names.Value);
            PrimitiveValue.Write(writer, primitive, value);
        }
        if (primitive.HasElements)
        {
            writer.WritePropertyName(names.Companion);
            Write(writer, primitive);
        }
    }

    /// <summary>Values in one array, ids and extensions in the other; each only where it has something, with nulls where an item has not.</summary>
    private static void WritePrimitiveList(Utf8JsonWriter writer, MemberNames names, IReadOnlyList<PrimitiveType?> items)
    {
        if (items.Any(item => item?.ObjectValue is not null))
        {
            writer.WriteStartArray(names.Value);
            foreach (var item in items)
            {
                if (item?.ObjectValue is { } value)
                    PrimitiveValue.Write(writer, item, value);
                else
                    writer.WriteNullValue();
            }
            writer.WriteEndArray();
        }
        if (!items.Any(item => item is { HasElements: true })) return;
        writer.WriteStartArray(names.Companion);
        foreach (var item in items)
        {
            WriteItem(writer, item is { HasElements: true } ? item : null);
        }
        writer.WriteEndArray();
    }
}
