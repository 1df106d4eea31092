using Xunit;

namespace CarT.Fhir.UnitTests.Documentation;

/// <summary>
/// A part of docs/protocol.md between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c> that tests write: compared, or with the environment variable
/// <c>CART_UPDATE_DOCS=1</c> written.
/// </summary>
internal static class DocumentSection
{
    /// <summary>Tests that write the same page belong to this collection, so that they take turns.</summary>
    public const string Collection = "docs/protocol.md";

    public static void Compare(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(FindRoot(), "docs", "protocol.md");
        var text = File.ReadAllText(path);
        var start = text.IndexOf($"<!-- {name} -->\n", StringComparison.Ordinal) + $"<!-- {name} -->\n".Length;
        var end = text.IndexOf($"<!-- /{name} -->", StringComparison.Ordinal);
        Assert.True(start <= end, $"docs/protocol.md has no section {name}");
        var wanted = $"{text[..start]}\n{string.Join('\n', lines)}\n\n{text[end..]}";
        if (Environment.GetEnvironmentVariable("CART_UPDATE_DOCS") == "1") File.WriteAllText(path, wanted);
        else Assert.True(wanted == text, $"docs/protocol.md is stale in the section {name}: run this test with CART_UPDATE_DOCS=1");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "CarT.Fhir.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
