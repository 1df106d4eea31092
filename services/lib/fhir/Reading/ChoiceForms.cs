using System.Text;

namespace CarT.Fhir.R4.Reading;

/// <summary>
/// The choice elements that facts are read from. FHIR allows one form of each (valueQuantity or valueString); of two the SDK silently keeps the
/// later, and nobody can say which is meant.
/// </summary>
internal sealed class ChoiceForms
{
    private const int LongestType = 32;

    private static readonly string[] Choices = ["value", "effective", "performed", "medication", "deceased", "collected", "dose", "rate", "asNeeded", "bounds"];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> DataTypes = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Base64Binary", "Boolean", "Canonical", "Code", "Date", "DateTime", "Decimal", "Id", "Instant", "Integer", "Markdown", "Oid", "PositiveInt", "String", "Time",
        "UnsignedInt", "Uri", "Url", "Uuid", "Address", "Age", "Annotation", "Attachment", "CodeableConcept", "Coding", "ContactPoint", "Count", "Distance", "Duration",
        "HumanName", "Identifier", "Money", "Period", "Quantity", "Range", "Ratio", "Reference", "SampledData", "Signature", "Timing", "ContactDetail", "Contributor",
        "DataRequirement", "Expression", "ParameterDefinition", "RelatedArtifact", "TriggerDefinition", "UsageContext", "Dosage", "Meta", "Narrative", "Extension",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly string?[] forms = new string?[Choices.Length];

    /// <summary>
    /// The choice of which a member, or its companion (<c>_valueString</c>), is a form; -1 for any other. What goes on with no data type (doseAndRate, doseStatus) is
    /// another element.
    /// </summary>
    internal static int ChoiceOf(ReadOnlySpan<byte> member)
    {
        var name = member.StartsWith("_"u8) ? member[1..] : member;
        var choice = name.IsEmpty ? -1 : PrefixOf(name);
        if (choice < 0) return -1;
        var type = name[Choices[choice].Length..];
        if (type.IsEmpty || type.Length > LongestType) return -1;
        Span<char> text = stackalloc char[LongestType];
        return Encoding.UTF8.TryGetChars(type, text, out var length) && DataTypes.Contains(text[..length]) ? choice : -1;
    }

    /// <summary>Notes a form of a choice; false when another form of it is there.</summary>
    internal bool Add(int choice, string member)
    {
        var form = member.TrimStart('_');
        var isFirst = forms[choice] is null;
        forms[choice] ??= form;
        return isFirst || form.Equals(forms[choice], StringComparison.OrdinalIgnoreCase);
    }

    private static int PrefixOf(ReadOnlySpan<byte> name) => name[0] switch
    {
        (byte)'v' when name.StartsWith("value"u8) => 0,
        (byte)'e' when name.StartsWith("effective"u8) => 1,
        (byte)'p' when name.StartsWith("performed"u8) => 2,
        (byte)'m' when name.StartsWith("medication"u8) => 3,
        (byte)'d' when name.StartsWith("deceased"u8) => 4,
        (byte)'c' when name.StartsWith("collected"u8) => 5,
        (byte)'d' when name.StartsWith("dose"u8) => 6,
        (byte)'r' when name.StartsWith("rate"u8) => 7,
        (byte)'a' when name.StartsWith("asNeeded"u8) => 8,
        (byte)'b' when name.StartsWith("bounds"u8) => 9,
        _ => -1,
    };
}
