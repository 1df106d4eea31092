using System.Diagnostics.Metrics;
using CarT.Fhir.Gateway.ReadModel;
using CarT.Fhir.Hosting.Telemetry;

namespace CarT.Fhir.Gateway;

/// <summary>What the gateway counts. Tags are codes; never a patient, a value or an identifier.</summary>
internal sealed class GatewayMetrics
{
    private readonly Counter<long> revisions =
        CartTelemetry.Meter.CreateCounter<long>("cart.gateway.revisions", "{revision}", "Revisions that arrived, by outcome (stored, stale)");

    private readonly Counter<long> resources =
        CartTelemetry.Meter.CreateCounter<long>("cart.gateway.resources", "{resource}", "Resource versions written into the facade, by type");

    private readonly Counter<long> settled =
        CartTelemetry.Meter.CreateCounter<long>("cart.gateway.writeback.settled", "{resource}", "Reports of write-back, by outcome");

    /// <summary>Patients with an active Flag, by its code. Every replica that shares the store gives the same numbers.</summary>
    public static StoreGauge ActiveFlags(GatewayStore store) => new(
        "cart.flags.active", "{flag}", "Active flags, by code; several of one code of one patient are one", async cancel =>
            [.. (await store.ActiveFlagsAsync(cancel)).SelectMany(group => group.Codes.Split(' ').Select(code => (Code: code, group.Patients)))
                .GroupBy(flag => flag.Code, flag => flag.Patients)
                .Select(code => new Measurement<double>(code.Sum(), new KeyValuePair<string, object?>("code", code.Key)))]);

    /// <summary>A revision was stored and led to these versions.</summary>
    public void Stored(IReadOnlyCollection<StoredResource> written)
    {
        revisions.Add(1, new KeyValuePair<string, object?>("outcome", "stored"));
        foreach (var resource in written) resources.Add(1, new KeyValuePair<string, object?>("type", resource.Type));
    }

    /// <summary>A revision was older than the one we have.</summary>
    public void Stale() => revisions.Add(1, new KeyValuePair<string, object?>("outcome", "stale"));

    /// <summary>Write-back reported what happened to one resource.</summary>
    public void Settled(string outcome) => settled.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
