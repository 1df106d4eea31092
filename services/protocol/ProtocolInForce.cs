using CarT.Fhir.Hematology;
using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Protocol;

/// <summary>What decides besides the facts and the time: the protocol definition and the zone whose local days count.</summary>
internal sealed record ProtocolInForce(ProtocolDefinition Definition, TimeZoneInfo FacilityZone)
{
    /// <summary>Reads <c>Cart:Protocol</c>: the id of a built-in definition, or the path of a file.</summary>
    /// <exception cref="CartOptionsException">It is neither, or the file has faults; all of them are named.</exception>
    public static ProtocolInForce Load(CartOptions options) => new(Find(options.Protocol), TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));

    private static ProtocolDefinition Find(string idOrPath)
    {
        var found = DefinitionSource.Find(idOrPath) ?? throw new CartOptionsException([$"Cart:Protocol: {DefinitionSource.Unknown(idOrPath)}"]);
        return found.Definition ?? throw new CartOptionsException([.. found.Faults.Select(fault => $"Cart:Protocol: {idOrPath}: {fault}")]);
    }
}
