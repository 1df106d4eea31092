using CarT.Fhir.Listener.Sources;
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
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>The rows stored, and the last answer that was none (no answer at all, or a wish to wait); null when there was none such.</returns>
    public async Task<Intake> ReadAsync(Source source, string patient, bool findMissing, CancellationToken cancel)
    {
        var rows = new List<long>();
        var found = new HashSet<string>(StringComparer.Ordinal);
        var refused = new HashSet<string>(StringComparer.Ordinal);
        FhirAnswer? refusal = null;
        var queries = PollQuery.CriteriaOf(source);
        foreach (var query in queries)
        {
            var taken = await intake.TakeAsync(source, query.OfPatient(patient, source.Options.Poll.PageSize), cancel);
            rows.AddRange(taken.Rows);
            found.UnionWith(taken.References);
            if (taken.IsComplete) continue;
            if (PollOutcome.Of(taken) != PollOutcome.Refused) return new Intake(taken.Stopped, rows);
            refused.Add(query.Type);
            refusal = taken.Stopped;
        }
        if (findMissing) rows.AddRange(await AskForMissingAsync(source, patient, queries.Select(query => query.Type).Except(refused), found, cancel));
        return new Intake(refusal, rows);
    }

    private async Task<IReadOnlyList<long>> AskForMissingAsync(
        Source source, string patient, IEnumerable<string> types, HashSet<string> found, CancellationToken cancel)
    {
        var searched = types.ToHashSet(StringComparer.Ordinal);
        var known = await store.ReferencesOfAsync(source.Name, patient, cancel);
        var missing = known.FindAll(reference => searched.Contains(PollQuery.TypeOf(reference)) && !found.Contains(reference));
        return missing.Count == 0 ? [] : [await intake.TakeAsync(source, HistoryDeletes.Naming(missing), cancel)];
    }
}
