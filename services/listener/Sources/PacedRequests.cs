using System.Runtime.CompilerServices;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Sources;

/// <summary>
/// Questions to a source that nobody waits for at a bedside: polls, back-fills, repairs. Each waits for its turn, none is asked while the source is to be
/// left alone, and each answer tells whether it is.
/// </summary>
internal sealed class PacedRequests(string source, FhirClient client, SourcePause pause, RequestBudget budget, ListenerMetrics metrics)
{
    /// <summary>Fault of an answer that was not asked for, because the source is paused.</summary>
    public const string Paused = "paused";

    /// <inheritdoc cref="FhirClient.GetAsync"/>
    public async Task<FhirAnswer> GetAsync(string relative, CancellationToken cancel)
    {
        await budget.WaitAsync(cancel);
        return pause.Left > TimeSpan.Zero ? NotAsked() : Heard(await client.GetAsync(relative, cancel));
    }

    /// <inheritdoc cref="FhirClient.SearchAsync"/>
    public async IAsyncEnumerable<FhirAnswer> SearchAsync(string relative, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var pages = client.SearchAsync(relative, cancel).GetAsyncEnumerator(cancel);
        while (true)
        {
            await budget.WaitAsync(cancel);
            if (pause.Left > TimeSpan.Zero)
            {
                yield return NotAsked();
                yield break;
            }
            if (!await pages.MoveNextAsync())
            {
                // Only now is it known that there was no further page.
                budget.GiveBack();
                yield break;
            }
            yield return Heard(pages.Current);
        }
    }

    /// <summary>A question that somebody waits for is asked at once; the others make room for it.</summary>
    public void MakeRoom() => budget.Count();

    private FhirAnswer NotAsked() => new() { Verdict = FhirVerdict.Unknown, Fault = Paused, RetryAfter = pause.Left };

    private FhirAnswer Heard(FhirAnswer answer)
    {
        metrics.Requested(source, answer.Verdict.ToString());
        // Another answer is about this question; no answer, or a wish to wait, is about the source.
        if (answer.Verdict == FhirVerdict.Throttled || (answer.Status is null && answer.Verdict == FhirVerdict.Unknown)) pause.Failed(answer.RetryAfter);
        else if (answer.Status is not null) pause.Answered();
        return answer;
    }
}
