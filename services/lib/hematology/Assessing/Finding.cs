namespace CarT.Fhir.Hematology;

/// <summary>
/// Why a flag is active: a checkable sentence and the resources behind it. Compared by reference: one occurrence is one instance, so that a flag
/// that stays active gathers each cause once.
/// </summary>
internal sealed class Finding(string text, IReadOnlyList<string> evidence)
{
    public string Text => text;

    public IReadOnlyList<string> Evidence => evidence;
}
