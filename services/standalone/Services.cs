using CarT.Fhir.Gateway;
using CarT.Fhir.Hosting;
using CarT.Fhir.Listener;
using CarT.Fhir.Protocol;
using CarT.Fhir.WriteBack;

namespace CarT.Fhir.Standalone;

/// <summary>The four services in one process.</summary>
internal static class Services
{
    public static IReadOnlyList<IServiceModule> All() => [new ListenerModule(), new ProtocolModule(), new WriteBackModule(), new GatewayModule()];
}
