namespace CarT.Fhir.UnitTests.Examples;

/// <summary>
/// What a resource of our types may lose between reading and writing: the element, without indices and below the type of its resource, and
/// why that is right. An entry that is no longer lost fails the test.
/// </summary>
internal static class KnownLosses
{
    internal static IReadOnlyDictionary<string, string> Elements { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The resources that cannot be read, with the codes. A value such as 1.000000000000000000E-245 fits no decimal, and is refused rather than rounded.</summary>
    internal static IReadOnlyList<string> Refused(string package) =>
        package == ExamplePackage.R4.Name ? ["Observation-decimal.json: element-invalid JSON108"] : [];

    /// <summary>Those that are not read when nothing is tolerated, although nothing of them is lost otherwise.</summary>
    internal static IReadOnlyList<string> RefusedStrictly(string package) =>
        package == ExamplePackage.R4.Name ? ["Observation-decimal.json: JSON108"] : [];
}
