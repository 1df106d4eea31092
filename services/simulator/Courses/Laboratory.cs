using System.Text.Json.Nodes;

namespace CarT.Fhir.Simulator.Courses;

/// <summary>
/// How counts reach the chart: several resources per draw, in the units of the site, now and then preliminary first, corrected later, entered in
/// error, without a unit, or twice. <see cref="Careful"/> switches off whatever would change what a course means.
/// </summary>
internal sealed class Laboratory(Chart chart, Dice dice)
{
    private const int DrawnAt = (6 * 60) + 30;
    private const int ReportedAfter = 75;

    private readonly bool usesAliases = dice.Chance(0.12);

    /// <summary>Only slips that leave every value as it is.</summary>
    public bool Careful { get; init; }

    /// <summary>
    /// Reports one draw of a day: ANC in 10*3/uL, platelets in 10*9/L, hemoglobin in g/dL; in hospital also the leukocytes, which the protocol must leave alone.
    /// </summary>
    public void BloodCount(int day, decimal anc, decimal platelets, decimal hemoglobin)
    {
        var minute = DrawnAt + dice.Between(-20, 40);
        var tiny = anc < 0.1m;
        var (ancUnit, plateletUnit) = usesAliases ? ("K/uL", "K/uL") : ("10*3/uL", "10*9/L");
        Report(Codes.Anc, "anc", day, minute, tiny ? 0.1m : Math.Round(anc, 2), ancUnit, low: 1.80m, high: 7.50m, comparator: tiny ? "<" : null);
        if (day is >= 0 and <= 14) Report(Codes.Leukocytes, "wbc", day, minute, Math.Round(anc + (decimal)dice.Between(0.1, 0.9), 2), ancUnit, low: 4.00m, high: 10.00m);
        Report(Codes.Platelets, "plt", day, minute, Math.Round(platelets), plateletUnit, low: 150m, high: 400m);
        Report(Codes.Hemoglobin, "hb", day, minute, Math.Round(hemoglobin, 1), "g/dL", low: 12.0m, high: 16.0m);
    }

    /// <summary>ALT in U/L, with the upper limit of normal.</summary>
    public void Alt(int day, decimal value) => Report(Codes.Alt, "alt", day, DrawnAt, value, "U/L", low: null, high: 40m);

    /// <summary>CRP in mg/dL and ferritin in ng/mL, before lymphodepletion.</summary>
    public void Inflammation(int day, decimal crp, decimal ferritin)
    {
        Report(Codes.Crp, "crp", day, DrawnAt, crp, "mg/dL", low: null, high: 0.5m);
        Report(Codes.Ferritin, "ferritin", day, DrawnAt, ferritin, "ng/mL", low: 15m, high: 300m);
    }

    private void Report(Code code, string name, int day, int minute, decimal value, string unit, decimal? low, decimal? high, string? comparator = null)
    {
        var ucum = unit == "K/uL" ? null : unit;
        var observation = chart.Observation(code, name, day, minute);
        var quantity = Chart.Quantity(value, unit, ucum);
        if (comparator is not null) quantity["comparator"] = comparator;
        observation["valueQuantity"] = quantity;
        var range = new JsonObject();
        if (low is not null) range["low"] = Chart.Quantity(low.Value, unit, ucum);
        if (high is not null) range["high"] = Chart.Quantity(high.Value, unit, ucum);
        observation["referenceRange"] = new JsonArray(range);
        Publish(observation, day, minute + ReportedAfter);
    }

    private void Publish(JsonObject observation, int day, int minute)
    {
        observation["issued"] = chart.TimeOf(day, minute);
        if (dice.Chance(0.05)) chart.Enter(day, minute - 35, With(observation, "preliminary"));
        if (!Careful && dice.Chance(0.003)) PublishWithoutUnit(observation, day, minute);
        else chart.Enter(day, minute, observation);
        if (Careful) return;
        if (dice.Chance(0.006)) Amend(observation, day, minute);
        else if (dice.Chance(0.003)) chart.Enter(day + 1, minute + 90, With(observation, "entered-in-error"));
        else if (dice.Chance(0.0015)) PublishTwice(observation, day, minute);
    }

    // The charting system lost the unit; the value alone says nothing.
    private void PublishWithoutUnit(JsonObject observation, int day, int minute)
    {
        var bare = With(observation, "final");
        bare["valueQuantity"] = new JsonObject { ["value"] = observation["valueQuantity"]!["value"]!.DeepClone() };
        chart.Enter(day, minute, bare);
    }

    // Up to a tenth higher, so that a correction never turns a value into a low one.
    private void Amend(JsonObject observation, int day, int minute)
    {
        var corrected = With(observation, "corrected");
        var value = observation["valueQuantity"]!["value"]!.GetValue<decimal>();
        corrected["valueQuantity"]!["value"] = Math.Round(value * (decimal)dice.Between(1.0, 1.1), value.Scale);
        corrected["issued"] = chart.TimeOf(day + 1, minute + 120);
        chart.Enter(day + 1, minute + 120, corrected);
    }

    private void PublishTwice(JsonObject observation, int day, int minute)
    {
        var twin = With(observation, "final");
        twin["id"] = observation["id"]!.GetValue<string>() + "-twin";
        chart.Enter(day, minute + 10, twin);
        chart.Remove(day, minute + 200, twin);
    }

    private static JsonObject With(JsonObject observation, string status)
    {
        var copy = observation.DeepClone().AsObject();
        copy["status"] = status;
        return copy;
    }
}
