using CarT.Fhir.Contracts;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>What every resource that we write has in common: whom it is about, and that it is ours.</summary>
public sealed record WriteContext
{
    public const string ServiceIdentifier = "cart-fhir";

    public required PatientKey Patient { get; init; }

    /// <summary>When this content was decided, with the offset of the facility.</summary>
    public required DateTimeOffset At { get; init; }

    public IdentifierSystems Identifiers { get; init; } = IdentifierSystems.Default;

    internal ResourceReference Subject => new(Patient.Reference);

    /// <summary>An identifier, not a reference: a server that checks references would refuse a Device that it does not have.</summary>
    internal ResourceReference Author => new()
    {
        Identifier = new Identifier(Identifiers.Service, ServiceIdentifier),
        Display = "CarT.Fhir cytopenia protocol",
    };

    internal Meta Meta => new() { Tag = [new Coding(Identifiers.Tag, IdentifierSystems.TagCode)] };
}
