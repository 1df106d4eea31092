using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>
/// Recognises what we wrote ourselves when a subscription brings it back, so that our output never becomes our input: by identifier system
/// first, then by tag, which servers may drop.
/// </summary>
public static class OwnWrites
{
    public static bool IsOurs(Resource resource, IdentifierSystems systems) =>
        IdentifiersOf(resource).Exists(identifier => systems.Owns(identifier.System))
        || (resource.Meta?.Tag.Exists(tag => tag.System == systems.Tag) ?? false);

    private static List<Identifier> IdentifiersOf(Resource resource) => resource switch
    {
        Flag flag => flag.Identifier,
        CarePlan plan => plan.Identifier,
        Observation observation => observation.Identifier,
        Procedure procedure => procedure.Identifier,
        MedicationAdministration administration => administration.Identifier,
        MedicationStatement statement => statement.Identifier,
        _ => [],
    };
}
