using CarT.Fhir.Gateway;
using CarT.Fhir.Hosting;

return await CartHost.RunAsync(args, new GatewayModule());
