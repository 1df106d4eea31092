using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>
/// Reads a patient as a whole: every question that is polled, asked of one patient, without a window. Finds corrections and deletes older than any window,
/// and is the only way at servers that cannot search by <c>_lastUpdated</c>.
/// </summary>
internal sealed class PatientReads(PollStore store, SearchIntake intake)
{
    /// <summary>Takes what the searches find and the listener does not know.</summary>
    /// <param name="source">The source to ask.</param>
    /// <param name="patient">Logical id.</param>
    /// <param name="findMissing">Whether what is known and was not found is asked for by its id: it may be deleted.</param>
    /// <param name="tally">Counts the questions.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task ReadAsync(Source source, string patient, bool findMissing, PollTally tally, CancellationToken cancel)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var searched = new HashSet<string>(StringComparer.Ordinal);
        var unsearched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var query in PollQuery.CriteriaOf(source))
        {
            var taken = await intake.TakeAsync(source, query.OfPatient(patient, source.Options.Poll.PageSize), cancel);
            tally.Add(taken);
            if (tally.IsOver) return;
            found.UnionWith(taken.References);
            (taken.IsComplete ? searched : unsearched).Add(query.Type);
        }
        if (!findMissing) return;
        searched.ExceptWith(unsearched);
        var known = await store.ReferencesOfAsync(source.Name, patient, cancel);
        var missing = known.FindAll(item => searched.Contains(PollQuery.TypeOf(item.Reference)) && !found.Contains(item.Reference));
        await AskForMissingAsync(source, missing, tally, cancel);
    }

    /// <summary>What does not stand at the source as it is known is named, to be read by whoever works the row. Most only left the questions.</summary>
    private async Task AskForMissingAsync(Source source, IReadOnlyList<(string Reference, string ContentHash)> missing, PollTally tally, CancellationToken cancel)
    {
        var changed = new List<string>();
        foreach (var (reference, contentHash) in missing)
        {
            var answer = await source.Paced.GetAsync(string.Join('/', reference.Split('/').Select(Uri.EscapeDataString)), cancel);
            if (PollOutcome.IsOfSource(answer))
            {
                tally.Add(new Intake(answer, []));
                break;
            }
            var isChanged = answer.Verdict == FhirVerdict.Done && SearchedResource.HashOf(answer.Body) != contentHash;
            if (isChanged || answer.Verdict is FhirVerdict.NotFound or FhirVerdict.Gone) changed.Add(reference);
        }
        foreach (var some in changed.Chunk(source.Options.Hook.MaxEntries))
        {
            await intake.TakeAsync(source, HistoryDeletes.Naming(some), NotificationKind.Fetched, cancel);
            tally.AddRows(1);
        }
    }
}
