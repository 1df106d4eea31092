using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>
/// Says what of the facts about one resource version does not follow from its bytes. Reads the JSON alone, not the model: every number must be
/// the token at its place times the factor of the unit beside it, every time, status, reference and id the text that stands there.
/// </summary>
internal sealed class FactOracle(Raw resource, ResourceVersion version, IReadOnlyDictionary<string, string> fullUrls, Func<string, Raw> lookup)
{
    private const string Ehr = "https://ehr.example.org/fhir/";

    private static readonly string[] Given = ["completed", "in-progress", "stopped"];

    private readonly List<string> wrong = [];

    internal static IReadOnlyList<string> Differences(Raw resource, ResourceVersion version, IReadOnlyDictionary<string, string> fullUrls, Func<string, Raw> lookup) =>
        new FactOracle(resource, version, fullUrls, lookup).Differences();

    /// <summary>The number at the end of what was received; null for what is none.</summary>
    private static ExactNumber? NumberIn(string received, StatedQuantity value) =>
        decimal.TryParse(received[..^((value.Unit?.Length ?? 0) + 1)].TrimStart('<', '>', '='), System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? ExactNumber.Of(number)
            : null;

    private List<string> Differences()
    {
        var hasFacts = version.CellCounts.Count + version.Chemistry.Count + version.PlateletClumps.Count + version.DrugsGiven.Count + version.DrugStatements.Count
            + version.Transfusions.Count + version.Infusions.Count + version.PatientStatuses.Count > 0;
        if (!hasFacts && !version.Retracted) return [];
        if (Raw.HasNameTwice(resource.Element)) return ["something was read from a document with a name given twice"];
        Header();
        foreach (var count in version.CellCounts) Count(count);
        foreach (var result in version.Chemistry) Chemistry(result);
        foreach (var dose in version.DrugsGiven) Drug(dose);
        foreach (var course in version.DrugStatements) Course(course);
        foreach (var transfusion in version.Transfusions) Expect(IsOneOf(Status(resource), Given) && IsStart(transfusion.Time), "transfusion");
        foreach (var infusion in version.Infusions) Expect(IsOneOf(Status(resource), "completed", "in-progress") && IsStart(infusion.Time), "infusion");
        foreach (var status in version.PatientStatuses) Patient(status);
        return wrong;
    }

    private void Expect(bool holds, string what)
    {
        if (!holds) wrong.Add($"{version.Resource.Type}: {what} does not follow from the bytes");
    }

    private void Header()
    {
        Expect(resource["resourceType"].Text == version.Resource.Type, "the type");
        Expect((TextOrToken(resource["id"]) ?? "") == version.Resource.Id, "the id");
        Expect(resource.Members("meta").DefaultIfEmpty().Any(meta => TextOrToken(meta["versionId"]) == version.VersionId), "the version");
        var updated = resource["meta"]["lastUpdated"].Text;
        Expect(version.LastUpdated is not { } at || (TimeOracle.Parse(updated) is { } moment && Math.Abs(moment.UtcTicks - at.UtcTicks) <= 1), "the time of the update");
        if (version.Retracted) Expect(resource.Members("status").Any(status => IsOneOf(status.Text, "entered-in-error", "cancelled")), "the retraction");
        if (version.Patient is { } patient)
            Expect(version.Resource.Type == "Patient" ? resource["id"].Text == patient.Id : Relative(resource["subject"]["reference"].Text) == patient.Reference, "the patient");
        else Expect(version.Retracted || version.Resource.Type == "Patient", "a fact without a patient");
    }

    /// <summary>A resource with a broken element says nothing but that it was retracted; that stands under the id and version that it was sent with, though they be no texts.</summary>
    private string? TextOrToken(Raw place) =>
        place.Text ?? (version.Retracted && place.Element.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? place.Element.GetRawText() : null);

    private static string? Status(Raw resource) => resource["status"].Text;

    private static bool IsOneOf(string? text, params ReadOnlySpan<string> allowed) => text is not null && allowed.Contains(text);

    private string? Relative(string? reference)
    {
        if (reference is null) return null;
        if (fullUrls.TryGetValue(reference, out var known)) return known;
        var path = reference.StartsWith(Ehr, StringComparison.Ordinal) ? reference[Ehr.Length..] : reference;
        var parts = path.Split('/');
        return parts.Length is 2 or 4 ? parts[0] + "/" + parts[1] : null;
    }

    private void Count(CellCount count)
    {
        var (part, source) = Slot(count.Slot);
        var value = StatedQuantity.Of(part);
        Expect(value is not null && Codes(part["code"]).Contains((ConceptKind.Count, count.Lineage)), "the analyte of a count");
        if (value is null) return;
        Expect(value.Comparator == count.Comparator, "the comparator of a count");
        Expect(StatedUnits.Is(count.Lineage, value, count.Value), "the value of a count");
        Expect(IsAsReceived(count.Received, value), "the value of a count as received");
        Expect(count.LowerLimit is not { } low || Limits(part, "low", value).Any(limit => StatedUnits.Is(count.Lineage, limit, low)), "the lower limit");
        Result(source, count.Time);
    }

    private void Chemistry(ChemistryResult result)
    {
        var (part, source) = Slot(result.Slot);
        var value = StatedQuantity.Of(part);
        Expect(value is not null && Codes(part["code"]).Contains((ConceptKind.Chemistry, result.Analyte)), "the analyte of a result");
        if (value is null) return;
        Expect(value.Comparator == result.Comparator, "the comparator of a result");
        Expect(StatedUnits.Is(result.Analyte, value, result.Value), "the value of a result");
        Expect(result.Received is { } received && IsAsReceived(received, value), "the value of a result as received");
        Expect(result.UpperLimit is not { } high || Limits(part, "high", value).Any(limit => StatedUnits.Is(result.Analyte, limit, high)), "the upper limit");
        Result(source, result.Time);
    }

    private static bool IsAsReceived(string received, StatedQuantity value) =>
        received.StartsWith(value.Comparator ?? "", StringComparison.Ordinal) && received.EndsWith(" " + value.Unit, StringComparison.Ordinal)
        && NumberIn(received, value) == ExactNumber.Of(value.Token);

    private void Result(Raw source, ClinicalTime time)
    {
        Expect(IsOneOf(Status(resource), "final", "amended", "corrected") && IsOneOf(Status(source), "final", "amended", "corrected"), "the status of a result");
        Expect(Says(Effective(source), time) ?? Says(Collected(source), time) ?? Says(Effective(resource), time) ?? Says(Collected(resource), time) ?? false, "the time of a result");
    }

    private static IEnumerable<StatedQuantity> Limits(Raw part, string name, StatedQuantity value) =>
        part["referenceRange"].Items.Select(range => StatedQuantity.OfQuantity(range[name])).OfType<StatedQuantity>().Select(limit => limit with { Unit = limit.Unit ?? value.Unit });

    /// <summary>The part of an Observation that a slot names, and the Observation whose time and status it has.</summary>
    private (Raw Part, Raw Source) Slot(string slot)
    {
        var names = slot.Split(".component");
        var source = resource;
        if (slot.StartsWith('#'))
            source = resource["contained"].Items.FirstOrDefault(item => string.Equals(item["resourceType"].Text, "Observation", StringComparison.OrdinalIgnoreCase) && "#" + item["id"].Text == names[0]);
        var index = slot.StartsWith("component[", StringComparison.Ordinal) ? slot["component".Length..] : names.Length > 1 ? names[1] : null;
        return index is null ? (source, source) : (source["component"].Items[int.Parse(index.Trim('[', ']'), System.Globalization.CultureInfo.InvariantCulture)], source);
    }

    private static string? Effective(Raw source) => source.First("effectiveDateTime", "effectiveInstant").Text ?? source["effectivePeriod"]["end"].Text;

    private string? Collected(Raw source)
    {
        var reference = source["specimen"]["reference"].Text;
        var collection = Behind(reference)["collection"];
        return collection["collectedDateTime"].Text ?? collection["collectedPeriod"]["end"].Text ?? collection["collectedPeriod"]["start"].Text;
    }

    private Raw Behind(string? reference) => reference is ['#', .. var id]
        ? resource["contained"].Items.FirstOrDefault(item => item["id"].Text == id)
        : Relative(reference) is { } relative ? lookup(relative) : default;

    private static bool? Says(string? text, ClinicalTime time) => text is null ? null : TimeOracle.Says(text, time);

    private bool IsStart(ClinicalTime time) =>
        Says(resource[Event + "DateTime"].Text, time) ?? Says(resource[Event + "Period"]["start"].Text, time) ?? Says(resource[Event + "Period"]["end"].Text, time) ?? false;

    private string Event => version.Resource.Type == "Procedure" ? "performed" : "effective";

    private void Drug(DrugGiven given)
    {
        Expect(IsOneOf(Status(resource), "completed", "in-progress") && IsStart(given.Time), "the status or time of a dose");
        Expect(Medication().Contains((ConceptKind.Drug, given.Agent)), "the agent of a dose");
        Expect(given.Dose is not { } dose || StatedUnits.IsDose(dose, StatedQuantity.OfQuantity(resource["dosage"]["dose"]), 1m), "the dose");
    }

    private void Course(DrugStatement course)
    {
        var isDispense = version.Resource.Type == "MedicationDispense";
        var instruction = resource[isDispense ? "dosageInstruction" : "dosage"].Items is [var first, ..] ? first : default;
        Expect(IsOneOf(Status(resource), "active", "completed") && Status(resource) == course.Status, "the status of a course");
        Expect(Medication().Contains((ConceptKind.Drug, course.Agent)), "the agent of a course");
        Expect(isDispense ? TimeOracle.Says(resource["whenHandedOver"].Text, course.Start)
            : Says(resource["effectiveDateTime"].Text, course.Start) ?? Says(resource["effectivePeriod"]["start"].Text, course.Start) ?? false, "the start of a course");
        Expect(course.End is not { } end || (Says(resource["effectiveDateTime"].Text, end) ?? TimeOracle.Says(resource["effectivePeriod"]["end"].Text, end)), "the end of a course");
        if (course.DosePerDay is { } dose)
        {
            var quantity = StatedQuantity.OfQuantity((instruction["doseAndRate"].Items is [var amount, ..] ? amount : default)["doseQuantity"]);
            Expect(StatedUnits.TimesPerDay(instruction["timing"]) is { } times && StatedUnits.IsDose(dose, quantity, times), "the dose per day");
        }
        if (course.DaysOfSupply is { } days) Expect(StatedUnits.IsRoundedUp(resource["daysSupply"]["value"].Number, days), "the days of supply");
    }

    private void Patient(PatientStatus status)
    {
        var deceasedAt = resource["deceasedDateTime"].Text;
        Expect(!status.Deceased || deceasedAt is not null || resource["deceasedBoolean"].Element.ValueKind == JsonValueKind.True, "the death");
        Expect(status.DeceasedAt is not { } at || TimeOracle.Says(deceasedAt, at), "the time of death");
        Expect(status.ReplacedBy is not { } survivor || resource["link"].Items.Any(link =>
            link["type"].Text == "replaced-by" && Relative(link["other"]["reference"].Text) == "Patient/" + survivor), "the surviving patient");
    }

    private HashSet<(ConceptKind, string)> Medication()
    {
        var concept = resource["medicationCodeableConcept"];
        return Codes(concept.IsThere ? concept : Behind(resource["medicationReference"]["reference"].Text)["code"]);
    }

    private static HashSet<(ConceptKind, string)> Codes(Raw concept) => [.. concept["coding"].Items
        .Select(coding => CodeSets.Default.Find(coding["system"].Text, coding["code"].Text)).OfType<CodeEntry>()
        .Where(entry => entry.Use != CodeUse.LookAlike).Select(entry => (entry.Concept.Kind, entry.Concept.Name))];
}
