using System.Text;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;

namespace CarT.Fhir.WriteBack.Wanted;

/// <summary>Identity of a wanted resource within a patient and target. A care plan has no code and the ordinal 0.</summary>
internal readonly record struct WantedKey(string Type, string Code, int Episode, int Ordinal)
{
    public const string Flag = "Flag";
    public const string CarePlan = "CarePlan";

    public static WantedKey ForFlag(string code, int episode, int ordinal) => new(Flag, code, episode, ordinal);

    public static WantedKey ForCarePlan(int episode) => new(CarePlan, "", episode, 0);
}

/// <summary>One Flag or CarePlan as it should stand in the charting system, ready to be sent.</summary>
internal sealed record WantedResource
{
    /// <summary>System of our business identifier.</summary>
    public required string System { get; init; }

    /// <summary>Our business identifier, a UUID that patient, kind, episode and ordinal determine.</summary>
    public required string Identifier { get; init; }

    /// <summary>The resource, FHIR JSON without an id.</summary>
    public required string Body { get; init; }

    /// <summary>Hash of what people see of the body: its content and its narrative.</summary>
    public required string Hash { get; init; }

    /// <summary>False for what is over or withdrawn: it is never created, only closed where it stands (P11.3).</summary>
    public required bool CreateWhenAbsent { get; init; }

    /// <summary>References of the evidence; for Provenance.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>Version id by reference, of the evidence that has one.</summary>
    public required IReadOnlyDictionary<string, string> EvidenceVersions { get; init; }

    /// <summary>The definition behind it.</summary>
    public required ProtocolIdentity Protocol { get; init; }

    /// <summary>Time of the assessment behind it, with the offset of the facility.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>The hash of a resource that we wrote ourselves.</summary>
    public static string HashOf(DomainResource resource) =>
        ContentHash.OfBytes(Encoding.UTF8.GetBytes(WrittenContent.Fingerprint(resource) + "\n" + resource.Text?.Div));

    /// <summary>Whether another form says the same on the same evidence; only the time of the decision may differ.</summary>
    public bool SaysTheSameAs(WantedResource other) =>
        Hash == other.Hash && Protocol == other.Protocol && Evidence.SequenceEqual(other.Evidence)
        && EvidenceVersions.Count == other.EvidenceVersions.Count && !EvidenceVersions.Except(other.EvidenceVersions).Any();
}
