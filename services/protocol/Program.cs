using CarT.Fhir.Hosting;
using CarT.Fhir.Protocol;

return await CartHost.RunAsync(args, new ProtocolModule());
