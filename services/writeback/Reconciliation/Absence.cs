using System.Text.Json;
using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>
/// What it means that a resource which we know stands there no more. Deleted by somebody: that stands. Gone with its patient, who was merged into
/// another or was never of this site: nobody decided about our resource, and operators are to look.
/// </summary>
internal sealed class Absence(Ledger ledger)
{
    private const string PatientNotThere = "patient-not-there";

    /// <summary>Settles a resource that the target answered with 404 or 410; null asks for another round, as it stands there after all.</summary>
    public async Task<Step?> SettleAsync(Work work, string id, FhirAnswer answer, CancellationToken cancel)
    {
        // 410 says that it was deleted. 404 says less: the index may have shown what is no more, or the patient is another now.
        if (answer.Verdict == FhirVerdict.Gone) return await ClosedAsync(work, id, answer, cancel);
        var read = await work.Resources.ReadAsync(id, cancel);
        if (read.Verdict == FhirVerdict.Done) return null;
        if (read.Verdict is not (FhirVerdict.NotFound or FhirVerdict.Gone)) return await ledger.NotDoneAsync(work, read, cancel);
        if (read.Verdict == FhirVerdict.Gone) return await ClosedAsync(work, id, read, cancel);
        var patient = await work.Target.Client.ReadAsync("Patient", work.Claim.Patient, cancel);
        return patient.Verdict switch
        {
            FhirVerdict.NotFound or FhirVerdict.Gone => await ledger.SettledAsync(work, Outcomes.Refused, Standing.Nothing, answer, cancel, PatientNotThere),
            FhirVerdict.Done when IsReplaced(patient.Body) => await ledger.SettledAsync(work, Outcomes.Refused, Standing.Nothing, answer, cancel, PatientNotThere),

            // Where we may not read patients there is nothing more to be learnt.
            FhirVerdict.Done or FhirVerdict.Refused => await ClosedAsync(work, id, answer, cancel),
            _ => await ledger.NotDoneAsync(work, patient, cancel),
        };
    }

    private Task<Step> ClosedAsync(Work work, string id, FhirAnswer answer, CancellationToken cancel) =>
        ledger.SettledAsync(work, Outcomes.ClosedByOthers, new Standing(id, null, null), answer, cancel);

    private static bool IsReplaced(ReadOnlyMemory<byte> patient)
    {
        try
        {
            using var document = JsonDocument.Parse(patient);
            return document.RootElement.TryGetProperty("link", out var links)
                && links.EnumerateArray().Any(link => link.TryGetProperty("type", out var type) && type.ValueEquals("replaced-by"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
