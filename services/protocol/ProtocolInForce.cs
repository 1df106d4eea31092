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
        if (ProtocolDefinition.BuiltInIds.Contains(idOrPath)) return ProtocolDefinition.BuiltIn(idOrPath);
        try
        {
            var (definition, faults) = ProtocolDefinition.Parse(File.ReadAllBytes(idOrPath));
            return definition ?? throw new CartOptionsException([.. faults.Select(fault => $"Cart:Protocol: {idOrPath}: {fault}")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CartOptionsException(
                [$"Cart:Protocol: '{idOrPath}' is neither a readable file nor one of: {string.Join(", ", ProtocolDefinition.BuiltInIds)}"]);
        }
    }
}
