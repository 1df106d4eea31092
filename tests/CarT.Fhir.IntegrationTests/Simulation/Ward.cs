using System.Globalization;
using System.Text.Json.Nodes;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>One write to the chart, at its time; a deletion has a body with type and id only.</summary>
internal sealed record Charting(DateTimeOffset At, JsonObject Resource, bool IsDelete);

/// <summary>
/// Makes up what a ward charts of a few patients in the months around their CAR-T: counts with and without long cytopenia, transfusions, doses, and every
/// slip that charts have: corrections, retractions, deletions, results of the wrong patient, units that are none, patients who turn out to be one.
/// </summary>
internal sealed class Ward
{
    private static readonly DateOnly FirstInfusion = new(2026, 3, 10);

    private readonly Random random;
    private readonly TimeZoneInfo zone;
    private readonly string[] patients;
    private readonly List<Charting> chartings = [];
    private readonly Dictionary<string, DateTimeOffset> lastOf = new(StringComparer.Ordinal);
    private int serial;

    private Ward(int seed, TimeZoneInfo zone)
    {
        random = new Random(seed);
        this.zone = zone;
        patients = [.. Enumerable.Range(1, random.Next(2, 4)).Select(number => $"p{number}")];
    }

    /// <summary>Everything that is charted, in the order of time.</summary>
    public static IReadOnlyList<Charting> Generate(int seed, TimeZoneInfo zone)
    {
        var ward = new Ward(seed, zone);
        foreach (var patient in ward.patients) ward.Admit(patient);
        if (ward.random.NextDouble() < 0.4) ward.Merge();
        return [.. ward.chartings.OrderBy(charting => charting.At)];
    }

    private void Admit(string patient)
    {
        var dayZero = FirstInfusion.AddDays(random.Next(0, 20));
        Enter(dayZero, -5, 9, Patient(patient));
        if (random.NextDouble() < 0.1) return;
        Enter(dayZero, 0, 11, Infusion(patient, dayZero));
        var isSevere = random.NextDouble() < 0.6;
        var last = random.Next(20, 70);
        var step = random.Next(7, 16);
        for (var day = random.Next(-3, 3); day <= last; day += random.Next(4, step)) Draw(patient, dayZero, day, isSevere);
        if (isSevere) Treat(patient, dayZero, last);
        if (random.NextDouble() < 0.08) Die(patient, dayZero, last);
    }

    private void Draw(string patient, DateOnly dayZero, int day, bool isSevere)
    {
        var isLow = isSevere ? day is > 4 and < 50 : day is > 4 and < 16;
        if (random.NextDouble() < 0.8) Count(patient, dayZero, day, "777-3", isLow ? random.Next(3, 24) : random.Next(30, 210), "10*9/L");
        if (random.NextDouble() < 0.6) Count(patient, dayZero, day, "751-8", isLow ? random.Next(2, 60) / 100m : random.Next(80, 450) / 100m, "10*3/uL");
        if (random.NextDouble() < 0.4) Count(patient, dayZero, day, "718-7", isLow ? random.Next(62, 90) / 10m : random.Next(82, 130) / 10m, "g/dL");
        if (random.NextDouble() < 0.05) Count(patient, dayZero, day, "8867-4", random.Next(60, 120), "/min");
    }

    private void Treat(string patient, DateOnly dayZero, int last)
    {
        for (var day = 8; day < Math.Min(last, 45); day += random.Next(6, 16)) Enter(dayZero, day, 14, Transfusion(patient, TimeOf(dayZero, day, 14)));
        if (last < 35 || random.NextDouble() < 0.4) return;
        for (var day = 32; day < last; day += random.Next(3, 12)) Enter(dayZero, day, 8, Dose(patient, TimeOf(dayZero, day, 8), 50m + (50m * random.Next(0, 3))));
    }

    private void Count(string patient, DateOnly dayZero, int day, string loinc, decimal value, string unit)
    {
        var observation = Observation(patient, loinc, value, unit, TimeOf(dayZero, day, 7));
        var slip = random.Next(0, 100);
        if (slip < 4) observation["valueQuantity"] = Quantity(value, "furlong");
        if (slip is 4 or 5) observation["effectiveDateTime"] = dayZero.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (slip is 6 or 7) Enter(dayZero, day, 7, With(observation, "status", "preliminary"));
        Enter(dayZero, day, 8, observation);
        Amend(observation, dayZero, day, slip, value);
    }

    private void Amend(JsonObject observation, DateOnly dayZero, int day, int slip, decimal value)
    {
        var later = day + random.Next(0, 4);
        switch (slip)
        {
            case >= 10 and < 14:
                var corrected = With(observation, "status", "corrected");
                corrected["valueQuantity"]!["value"] = Math.Round(value * random.Next(5, 60) / 10m, 2);
                Enter(dayZero, later, 12, corrected);
                break;
            case >= 14 and < 17:
                Enter(dayZero, later, 13, With(observation, "status", "entered-in-error"));
                break;
            case >= 17 and < 20:
                Enter(dayZero, later, 14, observation, isDelete: true);
                if (slip == 19) Enter(dayZero, later + 1, 9, observation);
                break;
            case >= 20 and < 23:
                Enter(dayZero, later, 15, With(observation, "subject", new JsonObject { ["reference"] = "Patient/" + patients[random.Next(patients.Length)] }));
                break;
        }
    }

    private void Die(string patient, DateOnly dayZero, int day)
    {
        var deceased = Patient(patient);
        deceased["deceasedDateTime"] = TimeOf(dayZero, day, 23).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        Enter(dayZero, day + 1, 1, deceased);
    }

    // Two ids turn out to be one person; now and then they turn out to be two after all.
    private void Merge()
    {
        var (retired, survivor) = (patients[^1], patients[0]);
        var at = FirstInfusion.AddDays(random.Next(10, 50));
        var linked = Patient(retired);
        linked["active"] = false;
        linked["link"] = new JsonArray(new JsonObject { ["other"] = new JsonObject { ["reference"] = "Patient/" + survivor }, ["type"] = "replaced-by" });
        Enter(at, 0, 16, linked);
        if (random.NextDouble() < 0.4) Enter(at, random.Next(1, 20), 16, Patient(retired));
    }

    private JsonObject Infusion(string patient, DateOnly dayZero)
    {
        var procedure = Of("Procedure", patient, "cart");
        procedure["status"] = "completed";
        procedure["code"] = Concept("http://www.cms.gov/Medicare/Coding/ICD10", random.NextDouble() < 0.7 ? "XW033J7" : "XW033H7");
        procedure["performedDateTime"] = Text(TimeOf(dayZero, 0, 11));
        return procedure;
    }

    private JsonObject Transfusion(string patient, DateTimeOffset at)
    {
        var procedure = Of("Procedure", patient, "tx");
        procedure["status"] = "completed";
        procedure["code"] = Concept("http://snomed.info/sct", random.NextDouble() < 0.6 ? "12719002" : "116863004");
        procedure["performedDateTime"] = Text(at);
        return procedure;
    }

    private JsonObject Dose(string patient, DateTimeOffset at, decimal milligrams)
    {
        var given = Of("MedicationAdministration", patient, "dose");
        given["status"] = "completed";
        given["medicationCodeableConcept"] = Concept("http://www.nlm.nih.gov/research/umls/rxnorm", "711942");
        given["effectiveDateTime"] = Text(at);
        given["dosage"] = new JsonObject { ["dose"] = Quantity(milligrams, "mg") };
        return given;
    }

    private JsonObject Observation(string patient, string loinc, decimal value, string unit, DateTimeOffset at)
    {
        var observation = Of("Observation", patient, "lab");
        observation["status"] = "final";
        observation["code"] = Concept("http://loinc.org", loinc);
        observation["effectiveDateTime"] = Text(at);
        observation["valueQuantity"] = Quantity(value, unit);
        return observation;
    }

    private JsonObject Of(string type, string patient, string kind) => new()
    {
        ["resourceType"] = type,
        ["id"] = string.Create(CultureInfo.InvariantCulture, $"{patient}-{kind}-{++serial}"),
        ["subject"] = new JsonObject { ["reference"] = "Patient/" + patient },
    };

    private static JsonObject Patient(string id) => new() { ["resourceType"] = "Patient", ["id"] = id, ["active"] = true };

    private static JsonObject Concept(string system, string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    private static JsonObject Quantity(decimal value, string unit) =>
        new() { ["value"] = value, ["unit"] = unit, ["system"] = "http://unitsofmeasure.org", ["code"] = unit };

    private static JsonObject With(JsonObject resource, string member, JsonNode value)
    {
        var copy = resource.DeepClone().AsObject();
        copy[member] = value;
        return copy;
    }

    // Charted some minutes after it happened, and each version of a resource after the one before.
    private void Enter(DateOnly dayZero, int day, int hour, JsonObject resource, bool isDelete = false)
    {
        var at = TimeOf(dayZero, day, hour).AddMinutes(random.Next(5, 55));
        var id = resource["id"]!.GetValue<string>();
        if (lastOf.TryGetValue(id, out var before) && before >= at) at = before.AddMinutes(1);
        lastOf[id] = at;
        chartings.Add(new Charting(at, resource.DeepClone().AsObject(), isDelete));
    }

    private DateTimeOffset TimeOf(DateOnly dayZero, int day, int hour)
    {
        var local = dayZero.AddDays(day).ToDateTime(new TimeOnly(hour, 0));
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}
