namespace CarT.Fhir.R4.Reading;

/// <summary>
/// The choice elements that facts are read from. FHIR allows one form of each (valueQuantity or valueString); of two the SDK silently keeps the
/// later, and nobody can say which is meant.
/// </summary>
internal sealed class ChoiceForms
{
    private static readonly string[] Choices = ["value", "effective", "performed", "medication", "deceased", "collected", "dose", "rate", "asNeeded", "bounds"];

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

    private static int ChoiceOf(string name) => name == "doseAndRate" ? -1 : Array.FindIndex(Choices, choice =>
        name.Length > choice.Length && char.IsAsciiLetterUpper(name[choice.Length]) && name.StartsWith(choice, StringComparison.Ordinal));
}
