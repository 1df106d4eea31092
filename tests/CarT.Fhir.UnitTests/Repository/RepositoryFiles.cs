using System.Runtime.CompilerServices;

namespace CarT.Fhir.UnitTests.Repository;

/// <summary>The files of this checkout, for the tests that police its style.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file below the folders, as (path relative to the root, lines).</summary>
    public static IEnumerable<(string Path, string[] Lines)> CSharp(params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => (file, File.ReadAllLines(Path.Combine(Root, file))));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(here)! })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "CarT.Fhir.sln"))) return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException("CarT.Fhir.sln was not found above the tests");
    }
}
