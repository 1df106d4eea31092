using System.Globalization;
using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;

namespace CarT.Fhir.IntegrationTests.Acceptance;

/// <summary>A hospital with the product running beside it, both directions open: what a test charts arrives, and Flags come back.</summary>
internal sealed class Ward : IAsyncDisposable
{
    public static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);

    private Ward(Hospital hospital, CartInProcess cart)
    {
        Hospital = hospital;
        Cart = cart;
    }

    public Hospital Hospital { get; }

    public CartInProcess Cart { get; }

    public static async Task<Ward> OpenAsync()
    {
        var hospital = await Hospital.OpenAsync();
        return new Ward(hospital, await CartInProcess.StartAsync(hospital, "classic"));
    }

    /// <summary>A time of a day after the infusion.</summary>
    public static DateTimeOffset Day(int day) => InfusedAt.AddDays(day).AddHours(1);

    public void Chart(params JsonObject[] resources)
    {
        foreach (var resource in resources) Hospital.Ehr.Put(resource);
    }

    /// <summary>A new patient with a CAR-T infusion.</summary>
    public void Admit(string patient) => Chart(Clinical.Patient(patient), Clinical.Infusion(patient, InfusedAt));

    /// <summary>Waits until a Flag of the patient has this status.</summary>
    public Task<JsonObject> FlagAsync(string patient, string code, string status) =>
        Hospital.UntilAsync($"{code} {status}", _ => Hospital.Flags(patient, code).FirstOrDefault(flag => Hospital.Text(flag["status"]) == status));

    /// <summary>Waits until the newest assessment of the patient satisfies a condition.</summary>
    public async Task<JsonNode> AssessmentAsync(string patient, string what, Func<JsonNode, bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            if (await Cart.AssessmentAsync(patient) is { } text && JsonNode.Parse(text) is { } assessment && condition(assessment)) return assessment;
            await Task.Delay(50);
        }
        throw new TimeoutException("The assessment still does not show: " + what);
    }

    public static string Stamp(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Cart.DisposeAsync();
        await Hospital.DisposeAsync();
    }
}
