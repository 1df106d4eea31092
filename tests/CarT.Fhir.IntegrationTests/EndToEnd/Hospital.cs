using System.Globalization;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>A simulated EHR that listens on a free loopback port.</summary>
internal sealed class Hospital : IAsyncDisposable
{
    private readonly WebApplication app;

    private Hospital(WebApplication app, SimulatedEhr ehr)
    {
        this.app = app;
        Ehr = ehr;
    }

    public SimulatedEhr Ehr { get; }

    public string Base => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/fhir";

    public static async Task<Hospital> OpenAsync(TimeProvider? calendar = null, SimulatedEhrOptions? options = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        var host = builder.Build();
        var ehr = new SimulatedEhr(calendar ?? TimeProvider.System, options);
        ehr.MapEndpoints(host);
        await host.StartAsync();
        return new Hospital(host, ehr);
    }

    /// <summary>Waits until the EHR satisfies a condition; a test that waits longer than the limit fails.</summary>
    public async Task<T> UntilAsync<T>(string what, Func<SimulatedEhr, T?> condition, int seconds = 30)
        where T : class
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(seconds))
        {
            if (condition(Ehr) is { } found) return found;
            await Task.Delay(50);
        }
        throw new TimeoutException($"After {seconds} s the EHR still does not show: {what}");
    }

    /// <summary>Waits until a condition holds that is not about the EHR.</summary>
    public static async Task UntilTrueAsync(Func<Task<bool>> condition, string what, int seconds = 60)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds)) throw new TimeoutException($"After {seconds} s there is still not: {what}");
            await Task.Delay(100);
        }
    }

    public IReadOnlyList<JsonObject> Flags(string patient, string code) =>
        [.. Ehr.All("Flag").Where(flag => Reference(flag) == "Patient/" + patient && Code(flag["code"]) == code)];

    /// <summary>The first Flag of this code, or null while there is none.</summary>
    public JsonObject? FirstFlag(string patient, string code) => Flags(patient, code) is [var first, ..] ? first : null;

    public JsonObject? CarePlan(string patient) => Ehr.All("CarePlan").SingleOrDefault(plan => Reference(plan) == "Patient/" + patient);

    public static IEnumerable<string> Activities(JsonObject carePlan) =>
        carePlan["activity"]?.AsArray().Select(activity => Code(activity!["detail"]!["code"])!) ?? [];

    public static string? Text(JsonNode? node) => node?.GetValue<string>();

    public async ValueTask DisposeAsync()
    {
        await Ehr.DisposeAsync();
        await app.DisposeAsync();
    }

    private static string? Code(JsonNode? concept) => Text(concept?["coding"]?[0]?["code"]);

    private static string? Reference(JsonObject resource) => Text(resource["subject"]?["reference"]);
}

/// <summary>Resources as a hospital's laboratory and ward would write them. Times are UTC.</summary>
internal static class Clinical
{
    public static JsonObject Patient(string id) => Json($$"""{"resourceType":"Patient","id":"{{id}}"}""");

    public static JsonObject Infusion(string patient, DateTimeOffset at) => Json($$"""
        {"resourceType":"Procedure","id":"{{patient}}-cart","status":"completed","subject":{"reference":"Patient/{{patient}}"},
         "code":{"coding":[{"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"XW033J7"}]},"performedDateTime":"{{Stamp(at)}}"}
        """);

    public static JsonObject Platelets(string patient, string id, DateTimeOffset at, decimal thousandsPerUl, string status = "final") =>
        Count(patient, id, at, "777-3", thousandsPerUl, "10*9/L", status);

    public static JsonObject Neutrophils(string patient, string id, DateTimeOffset at, decimal thousandsPerUl, string status = "final") =>
        Count(patient, id, at, "751-8", thousandsPerUl, "10*3/uL", status);

    public static JsonObject Hemoglobin(string patient, string id, DateTimeOffset at, decimal gramsPerDl) => Count(patient, id, at, "718-7", gramsPerDl, "g/dL", "final");

    private static JsonObject Count(string patient, string id, DateTimeOffset at, string loinc, decimal value, string unit, string status) => Json($$"""
        {"resourceType":"Observation","id":"{{id}}","status":"{{status}}","code":{"coding":[{"system":"http://loinc.org","code":"{{loinc}}"}]},
         "subject":{"reference":"Patient/{{patient}}"},"effectiveDateTime":"{{Stamp(at)}}",
         "valueQuantity":{"value":{{value.ToString(CultureInfo.InvariantCulture)}},"unit":"{{unit}}","system":"http://unitsofmeasure.org","code":"{{unit}}"} }
        """);

    private static string Stamp(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
