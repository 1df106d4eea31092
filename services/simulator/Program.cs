using System.Globalization;
using CarT.Fhir.Simulator.Courses;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;

// A charting system to try things on: synthetic data, no credentials. It listens on loopback unless --urls says otherwise; --cohort SEED fills it.
var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls("http://127.0.0.1:8090");
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
var app = builder.Build();
await using var ehr = new SimulatedEhr(TimeProvider.System);
if (builder.Configuration["cohort"] is { } seed)
{
    var cohort = SyntheticCohort.Generate(new CohortOptions { Seed = int.Parse(seed, CultureInfo.InvariantCulture) });
    await new CohortReplay(ehr, new ReplayClock(cohort[0].At), cohort).Run(progress: null, app.Lifetime.ApplicationStopping);
}

ehr.MapEndpoints(app);
await app.RunAsync();
