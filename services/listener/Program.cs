using CarT.Fhir.Hosting;
using CarT.Fhir.Listener;

return await CartHost.RunAsync(args, new ListenerModule());
