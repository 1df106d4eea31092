using System.Globalization;
using System.Text;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>The table of all faults, which <c>./check</c> prints: <c>artifacts/faults.txt</c>.</summary>
internal static class FaultTable
{
    private static readonly CompositeFormat Format = CompositeFormat.Parse("{0,-52} {1,12} {2,14} {3,8} {4,10} {5,7} {6,12}");
    private static readonly Lock Gate = new();
    private static readonly List<FaultOutcome> Rows = [];

    public static void Add(FaultOutcome outcome)
    {
        lock (Gate)
        {
            Rows.Add(outcome);
            var text = new StringBuilder().AppendLine(string.Format(
                CultureInfo.InvariantCulture, Format, "fault, while results flow", "acknowledged", "without effect", "blocked", "duplicates", "resent", "recovered in"));
            foreach (var row in Rows)
            {
                text.AppendLine(string.Format(
                    CultureInfo.InvariantCulture, Format, row.Fault, row.Acknowledged, row.WithoutEffect, row.Blocked, row.Duplicates, row.Resent, $"{row.RecoveredAfter.TotalSeconds:0.0} s"));
            }
            var folder = Directory.CreateDirectory(Path.Combine(RepositoryRoot(), "artifacts"));
            File.WriteAllText(Path.Combine(folder.FullName, "faults.txt"), text.ToString());
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CarT.Fhir.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
