using System.Globalization;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Icaht;

/// <summary>Reads the table, grades each patient, and writes the grades; refusals and a summary go to the diagnostics.</summary>
internal static class IcahtRun
{
    private const string Header = "id,early_grade,late_grade,longest_le_500,longest_le_100";
    private const string PlateletHeader = ",ticaht_early_grade,ticaht_late_grade";

    private static readonly GradeParameters Parameters = ProtocolDefinition.Default.Grades;

    public static async Task<int> RunAsync(TextReader input, string mode, TextWriter output, TextWriter diagnostics, CancellationToken cancel)
    {
        var table = await CountTable.ReadAsync(input, cancel);
        foreach (var refusal in table.Refusals) await diagnostics.WriteLineAsync(refusal);
        await diagnostics.WriteLineAsync($"{table.Patients.Count} patients graded ({mode}), {table.Refusals.Count} lines refused");
        if (table.Patients.Count == 0) return ExitCodes.NothingUsable;
        await output.WriteAsync(Header + (table.HasPlatelets ? PlateletHeader : "") + "\n");
        foreach (var (id, counts) in table.Patients.OrderBy(static p => Number(p.Key)).ThenBy(static p => p.Key, StringComparer.Ordinal))
            await output.WriteAsync(Row(id, counts, mode, table.HasPlatelets));
        return table.Refusals.Count > 0 ? ExitCodes.SomeRefused : ExitCodes.Done;
    }

    private static string Row(string id, CountsOfPatient counts, string mode, bool hasPlatelets)
    {
        var grade = Hematology.Icaht.Grade(mode, counts.Anc, Parameters, FollowUpOf(counts, mode));
        var row = $"{CsvLine.Quote(id)},{grade.Early},{grade.Late},{grade.LongestAtMost500},{grade.LongestAtMost100}";
        if (!hasPlatelets) return row + "\n";
        var (early, late) = Ticaht.Grade(Parameters.TicahtMode, counts.Platelets, Parameters, FollowUp.Complete);
        return $"{row},{early},{late}\n";
    }

    /// <summary>
    /// A file tells of days that are over. The published grader ends at the last follow-up, which here is the last of several measurements; one alone
    /// says nothing of the follow-up.
    /// </summary>
    private static FollowUp FollowUpOf(CountsOfPatient counts, string mode) =>
        mode == Hematology.Icaht.FredHutch && counts.Anc.Count > 1 ? new FollowUp(counts.Anc.Max(static count => count.Day), Died: false) : FollowUp.Complete;

    /// <summary>Numbers before words, 2 before 10.</summary>
    private static decimal Number(string id) => decimal.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : decimal.MaxValue;
}
