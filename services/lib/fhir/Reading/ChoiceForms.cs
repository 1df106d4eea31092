namespace CarT.Fhir.R4.Reading;

/// <summary>
/// The choice elements that facts are read from. FHIR allows one form of each (valueQuantity or valueString); of two the SDK silently keeps the
/// later, and nobody can say which is meant.
/// </summary>
internal sealed class ChoiceForms
{
    private static readonly string[] Choices = ["value", "effective", "performed", "medication", "deceased", "collected", "dose", "rate", "asNeeded", "bounds"];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> DataTypes = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Base64Binary", "Boolean", "Canonical", "Code", "Date", "DateTime", "Decimal", "Id", "Instant", "Integer", "Markdown", "Oid", "PositiveInt", "String", "Time",
        "UnsignedInt", "Uri", "Url", "Uuid", "Address", "Age", "Annotation", "Attachment", "CodeableConcept", "Coding", "ContactPoint", "Count", "Distance", "Duration",
        "HumanName", "Identifier", "Money", "Period", "Quantity", "Range", "Ratio", "Reference", "SampledData", "Signature", "Timing", "ContactDetail", "Contributor",
        "DataRequirement", "Expression", "ParameterDefinition", "RelatedArtifact", "TriggerDefinition", "UsageContext", "Dosage", "Meta", "Narrative", "Extension",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly string?[] forms = new string?[Choices.Length];

    internal void Clear() => Array.Clear(forms);

    /// <summary>Notes a member of one object; false when another form of the same element is there. The companion <c>_valueString</c> belongs to its form.</summary>
    internal bool Add(string member)
    {
        var name = member.StartsWith('_') ? member[1..] : member;
        var choice = ChoiceOf(name);
        if (choice < 0) return true;
        var isFirst = forms[choice] is null;
        forms[choice] ??= name;
        return isFirst || name.Equals(forms[choice], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The choice of which the name is a form; what goes on with no data type (doseAndRate, doseStatus) is another element.</summary>
    private static int ChoiceOf(string name) => Array.FindIndex(Choices, choice =>
        name.StartsWith(choice, StringComparison.Ordinal) && DataTypes.Contains(name.AsSpan(choice.Length)));
}
