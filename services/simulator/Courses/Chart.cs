using System.Globalization;
using System.Text.Json.Nodes;

namespace CarT.Fhir.Simulator.Courses;

/// <summary>
/// One patient's chart as it grows: turns days after CAR-T and times of day into FHIR resources with the hospital's offset. Every resource says in
/// its meta that it is synthetic.
/// </summary>
internal sealed class Chart(int number, DateOnly dayZero, TimeZoneInfo zone)
{
    private const int Minute = 1;
    private const int Hour = 60 * Minute;

    private readonly List<TimedResource> entries = [];
    private int serial;

    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"synthetic-{number:000}");

    public IReadOnlyList<TimedResource> Entries => entries;

    /// <summary>Registers the patient ten days before the infusion.</summary>
    public void Register(int age, string gender)
    {
        var patient = Resource("Patient", "");
        patient["active"] = true;
        patient["name"] = new JsonArray(new JsonObject { ["text"] = $"Synthetic Patient {number}", ["family"] = "Synthetic", ["given"] = new JsonArray($"Patient {number}") });
        patient["gender"] = gender;
        patient["birthDate"] = (dayZero.Year - age).ToString(CultureInfo.InvariantCulture);
        Enter(-10, 9 * Hour, patient);
    }

    /// <summary>The infusion of day 0, at 11:00: charted as a procedure or as a drug, as hospitals differ.</summary>
    public void Infuse(string product, bool asProcedure)
    {
        if (asProcedure) Procedure("car-t", Codes.InfusionProcedure(product), 0, 11 * Hour, minutes: 30);
        else Administer("car-t", Codes.InfusionDrug(product), 0, 11 * Hour, dose: null, unit: null);
    }

    public void Transfuse(Code code, string name, int day) => Procedure(name, code, day, 14 * Hour, minutes: 60);

    /// <summary>One dose at 08:30.</summary>
    public void Give(Code drug, int day, decimal dose, string unit) => Administer(drug.Display, drug, day, (8 * Hour) + (30 * Minute), dose, unit);

    /// <summary>An Observation of this patient, with a new id and without a value.</summary>
    public JsonObject Observation(Code code, string name, int day, int minute)
    {
        var observation = Resource("Observation", NextId(name));
        observation["status"] = "final";
        observation["category"] = new JsonArray(Codes.Laboratory.Concept());
        observation["code"] = code.Concept();
        observation["subject"] = Subject();
        observation["effectiveDateTime"] = TimeOf(day, minute);
        return observation;
    }

    /// <summary>A time of a day with the hospital's offset, as FHIR writes it.</summary>
    public string TimeOf(int day, int minute) => At(day, minute).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>Enters a resource, or a new version of one, at a time of a day.</summary>
    public void Enter(int day, int minute, JsonObject resource) => entries.Add(new TimedResource(At(day, minute), resource, Delete: false));

    public void Remove(int day, int minute, JsonObject resource) => entries.Add(new TimedResource(
        At(day, minute),
        new JsonObject { ["resourceType"] = resource["resourceType"]!.DeepClone(), ["id"] = resource["id"]!.DeepClone() },
        Delete: true));

    private void Procedure(string name, Code code, int day, int minute, int minutes)
    {
        var procedure = Resource("Procedure", NextId(name));
        procedure["status"] = "completed";
        procedure["code"] = code.Concept();
        procedure["subject"] = Subject();
        procedure["performedPeriod"] = new JsonObject { ["start"] = TimeOf(day, minute), ["end"] = TimeOf(day, minute + minutes) };
        Enter(day, minute + minutes + (20 * Minute), procedure);
    }

    private void Administer(string name, Code drug, int day, int minute, decimal? dose, string? unit)
    {
        var administration = Resource("MedicationAdministration", NextId(name));
        administration["status"] = "completed";
        administration["medicationCodeableConcept"] = drug.Concept();
        administration["subject"] = Subject();
        administration["effectiveDateTime"] = TimeOf(day, minute);
        if (dose is not null) administration["dosage"] = new JsonObject { ["dose"] = Quantity(dose.Value, unit!, unit) };
        Enter(day, minute + (5 * Minute), administration);
    }

    /// <summary>A Quantity; without a UCUM code it has the unit as text only.</summary>
    public static JsonObject Quantity(decimal value, string unit, string? ucum)
    {
        var quantity = new JsonObject { ["value"] = value, ["unit"] = unit };
        if (ucum is null) return quantity;
        quantity["system"] = Codes.Ucum;
        quantity["code"] = ucum;
        return quantity;
    }

    private JsonObject Resource(string type, string suffix) => new()
    {
        ["resourceType"] = type,
        ["id"] = IdOf(number) + suffix,
        ["meta"] = new JsonObject { ["security"] = new JsonArray(Codes.TestData.Coding()), ["tag"] = new JsonArray(Codes.Synthetic.Coding()) },
    };

    private string NextId(string name) => string.Create(CultureInfo.InvariantCulture, $"-{name}-{++serial:0000}");

    private JsonObject Subject() => new() { ["reference"] = "Patient/" + IdOf(number) };

    private DateTimeOffset At(int day, int minute)
    {
        var local = dayZero.AddDays(day).ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
