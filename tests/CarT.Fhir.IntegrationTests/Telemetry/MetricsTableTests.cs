using System.Diagnostics.Metrics;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>docs/telemetry.md names every instrument that the product has, and no other.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class MetricsTableTests
{
    [Fact]
    public async Task The_table_of_metrics_names_every_instrument_with_its_unit()
    {
        await using var hospital = await Hospital.OpenAsync();
        await using var cart = await CartInProcess.StartAsync(hospital, "none");
        var instruments = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "CarT.Fhir") instruments.Add($"{instrument.Name} {instrument.Unit} {KindOf(instrument)}");
        };
        listener.Start();

        Assert.Equal(Documented(), instruments.Order());
    }

    private static IEnumerable<string> Documented() => File.ReadLines(Path.Combine(FindRoot(), "docs", "telemetry.md"))
        .Where(line => line.StartsWith("| `cart.", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(cells => $"{cells[1].Trim('`')} {cells[2].Trim('`')} {cells[3]}").Order();

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "Histogram" => "histogram",
        _ => "gauge",
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "CarT.Fhir.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
