using CarT.Fhir.Simulator.Server;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseSetting(WebHostDefaults.PreventHostingStartupKey, "true");
if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls("http://127.0.0.1:8090");
var app = builder.Build();
await using var ehr = new SimulatedEhr(TimeProvider.System);
ehr.MapEndpoints(app);
await app.RunAsync();
