namespace CarT.Fhir.Standalone;

/// <summary>Exit codes of <c>cart-fhir</c> (docs/interfaces.md).</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Some input was refused; each refusal is in the output, the rest was evaluated.</summary>
    public const int SomeRefused = 1;

    public const int UnusableArguments = 2;

    /// <summary>There was nothing to evaluate.</summary>
    public const int NothingUsable = 3;
}
