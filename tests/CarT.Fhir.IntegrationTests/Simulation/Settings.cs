using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>The configuration of the services of a world: one source, and itself as the target.</summary>
internal static class Settings
{
    public static CartOptions Of(string store, DateTimeOffset start, TimeZoneInfo zone, FaultPlan plan) => new()
    {
        TimeZone = zone.Id,
        Store = TestStore.Options(store),
        Api = new ApiOptions { Secrets = ["api-secret-of-the-simulation"], BaseUrl = "http://cart.test" },
        Sources =
        {
            ["main"] = new SourceOptions
            {
                BaseUrl = EhrWire.Base,
                Provides = ["labs", "doses", "transfusions"],
                Subscription = new SubscriptionOptions { Secrets = [Mail.HookSecret], GapPolicy = "contiguous" },
                Poll = new PollOptions
                {
                    Every = plan.PollEvery,
                    Since = start,
                    Deletes = plan.DeletesByHistory ? "history" : "reread",
                    DeepEvery = plan.DeletesByHistory ? TimeSpan.Zero : TimeSpan.FromDays(5),
                    // The clock stands still within a step.
                    MaxRequestsPerMinute = 0,
                },
            },
        },
        Targets = { ["main"] = new TargetOptions { BaseUrl = EhrWire.Base, Source = "main" } },
    };
}
