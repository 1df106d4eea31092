using System.Text.Json;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.Protocol;

/// <summary>A row of the table <c>patients</c>, without its receipts.</summary>
internal sealed class PatientRow
{
    public const string EmptyList = "[]";

    public required string Namespace { get; init; }

    public required string Id { get; init; }

    /// <summary>Rises with every change of the patient's set of resource versions; never names two different sets.</summary>
    public long FactsVersion { get; set; }

    /// <summary>JSON: what each source of the patient provides.</summary>
    public string Provides { get; set; } = "{}";

    /// <summary>Id of the patient that this one was merged into, or null.</summary>
    public string? ReplacedBy { get; set; }

    /// <summary>Hash of the protocol definition of the last assessment; empty before the first.</summary>
    public string DefinitionHash { get; set; } = "";

    public long? NextReviewTicks { get; set; }

    /// <summary>Why the patient waits for an assessment; null when it does not.</summary>
    public string? DueReason { get; set; }

    /// <summary>The newest published revision, or a higher one that a reader holds and this store has lost; 0 before the first.</summary>
    public long Revision { get; set; }

    /// <summary>JSON list of references of the resources whose version was replaced or retracted since the last assessment (P11.3).</summary>
    public string Corrected { get; set; } = EmptyList;

    public PatientKey Key => new(Namespace, Id);

    public IReadOnlySet<string> CorrectedReferences => ReadCorrected();

    public void AddCorrected(IReadOnlyCollection<string> references)
    {
        if (references.Count > 0) Corrected = JsonSerializer.Serialize(ReadCorrected().Union(references).Order(StringComparer.Ordinal), CartJson.Options);
    }

    private HashSet<string> ReadCorrected() => JsonSerializer.Deserialize<HashSet<string>>(Corrected, CartJson.Options)!;
}
