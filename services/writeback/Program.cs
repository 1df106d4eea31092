using CarT.Fhir.Hosting;
using CarT.Fhir.WriteBack;

return await CartHost.RunAsync(args, new WriteBackModule());
