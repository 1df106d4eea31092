using System.Globalization;
using System.Text;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>Changes of a document that keep it JSON: what senders do wrong, and what a reader could get wrong.</summary>
internal sealed class JsonMutations(Random random, Corpus corpus)
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "0.0", "1", "18", "-1", "0.10", "100.00", "1E3", "1e-7", "2.5e2", "1E+2", "0.1e1", "1e28", "1e29", "1e400", "-1e400", "1e-29", "1e-400", "1E999999999", "1e-999999999",
        "79228162514264337593543950335", "79228162514264337593543950336", "0.1234567890123456789012345678", "0.12345678901234567890123456789", "18.00000000000000000000000000001",
        "18.000000000000000000000000000000000", "0.00000000000000000000000000001", "123456789012345678901234567890", "2147483647", "2147483648", "3000.5", "150", "0.3", "310", "9007199254740993",
    ];

    private static readonly string[] Units =
    [
        "10*3/uL", "10*9/L", "10*9/l", "/uL", "/L", "K/uL", "G/L", "g/L", "g/dL", "mmol/L", "mg", "g", "ug", "mcg", "ng", "kg", "U/L", "ukat/L", "mg/L", "mg/dL", "ng/mL", "x10E3/uL", "{cells}/uL",
        "10*3", "%", "", " ", " g/dL ", "k/ul", "10*6/L", "10*12/L", "1", "tablet", "mg/kg",
    ];

    private static readonly string[] Comparators = ["<", "<=", ">=", ">", "=", "ad", "~", "", " <", "<>"];

    private static readonly string[] Dates =
    [
        "2026", "2026-03", "2026-03-23", "2026-03-23T06:30:00Z", "2026-03-23T06:30:00+01:00", "2026-03-23T06:30:00", "2026-03-23T06:30Z", "2026-03-23T06Z", "2026-03-23T06:30:60Z",
        "2026-12-31T23:59:60+14:00", "2026-03-23T24:00:00Z", "2026-02-30", "2026-13-01", "0000-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:60-14:00", "9999-12-31T23:59:59.9999999-14:00",
        "2026-03-23T06:30:00.123456789Z", "2026-03-23T06:30:00.99999999Z", "2026-03-23T06:30:00.5-00:00", "2026-03-23T06:30:00+15:00", "2026-03-23T06:30:00+0100", "23.03.2026", "yesterday", "",
        "2026-03-23 06:30:00Z", "2026-3-3", "20260323", "2026-03-23Z", "2026-03-23T06:30:00z", "2026-03-23T06:30:00.Z", " 2026-03-23", "2026-03-23\\n", "\\u0032026-03-23", "\\u0662026-03-23",
        "+2026-03-23", "-2026-03-23", "2024-02-29", "2023-02-29", "2026-03-23T06:30:00.1234567890123456789012345678901234567890123456789012345678901234567890Z",
    ];

    private static readonly string[] Names =
    [
        "id", "status", "meta", "code", "subject", "value", "valueQuantity", "valueString", "valueInteger", "valueCodeableConcept", "effectiveDateTime", "effectiveInstant", "effectivePeriod",
        "component", "contained", "extension", "modifierExtension", "referenceRange", "dataAbsentReason", "resourceType", "comparator", "unit", "system", "coding", "reference", "entry", "resource",
        "fullUrl", "medicationReference", "dosage", "dose", "performedDateTime", "issued", "text", "language", "specimen", "hasMember", "valueBoolean", "valueAge", "valueRange", "doseAndRate", "timing",
    ];

    private static readonly string[] Statuses =
        ["final", "amended", "corrected", "preliminary", "registered", "cancelled", "entered-in-error", "unknown", "completed", "in-progress", "stopped", "active", "not-done", "Final", " final", "", "fin\\u0061l"];

    private static readonly string[] References =
        ["Patient/p1", "Patient/p1/_history/1", "https://ehr.example.org/fhir/Patient/p1", "https://other.example.org/fhir/Patient/p1", "#p1", "#m", "#s1", "Patient/", "Patient", "patient/p1", "Group/1", "urn:uuid:1", "", "Patient/p1\\n", "Patient/../x"];

    private static readonly string[] Types = ["Observation", "Procedure", "Patient", "Bundle", "Medication", "MedicationAdministration", "observation", "Practitioner", "NoSuchThing", "", "Parameters", "Specimen"];

    private static readonly string[] Strings =
        ["\"\"", "\" \"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\u0000\"", "\"\\u00e9\\n\\t\\\"\"", "\"<0.10 10*9/L\"", "\"<= 5.0 g/dL\"", "\">1e3 /uL\"", "\"<0,5 10*9/L\"", "\"\u2028\"", "\"18\""];

    /// <summary>Changes the document once.</summary>
    internal void Change(RawJson document)
    {
        var objects = document.All().OfType<RawJson.Object>().Where(item => item.Members.Count > 0).ToList();
        if (objects.Count == 0) return;
        var target = objects[random.Next(objects.Count)];
        switch (random.Next(22))
        {
            case 0: target.Members.Insert(random.Next(target.Members.Count + 1), Any(target).Copy()); break;
            case 1: Any(target).Name = OtherName(Any(target).Name); break;
            case 2: target.Members.Remove(Any(target)); break;
            case 3: Any(target).Value = OfAnotherType(Any(target).Value); break;
            case 4: Any(target).Value = Deep(); break;
            case 5: Any(target).Value = Empty(); break;
            case 6: Set(target, "resourceType", Text(Of(Types))); break;
            case 7: Move(target, objects[random.Next(objects.Count)]); break;
            case 8: SecondValue(target); break;
            case 9: Companion(target); break;
            case 10: Any(target).Value = new RawJson.Scalar(Of(Strings)); break;
            case 11: Splice(target); break;
            case 12: Shuffle(target); break;
            default: ChangeMeaning(objects); break;
        }
    }

    /// <summary>Changes what a value, a unit, a time, a status or a reference says.</summary>
    private void ChangeMeaning(List<RawJson.Object> objects)
    {
        switch (random.Next(6))
        {
            case 0: Number(objects); break;
            case 1: Replace(objects, ["unit", "code"], () => Text(Of(Units))); break;
            case 2: Comparator(objects); break;
            case 3: Replace(objects, ["effectiveDateTime", "effectiveInstant", "performedDateTime", "start", "end", "lastUpdated", "deceasedDateTime", "whenHandedOver", "collectedDateTime"], () => Text(Of(Dates))); break;
            case 4: Replace(objects, ["status"], () => Text(Of(Statuses))); break;
            default: Replace(objects, ["reference"], () => Text(Of(References))); break;
        }
    }

    private void Number(List<RawJson.Object> objects) => Replace(objects, ["value", "frequency", "period", "valueDecimal", "valueInteger"], () => new RawJson.Scalar(random.Next(3) == 0 ? Digits() : Of(Numbers)));

    /// <summary>A number of up to forty digits, with a point or an exponent somewhere.</summary>
    private string Digits()
    {
        var text = new StringBuilder(random.Next(6) == 0 ? "-" : "").Append(random.Next(1, 10));
        for (var more = random.Next(random.Next(4) == 0 ? 40 : 6); more > 0; more--) text.Append(random.Next(3) == 0 ? 0 : random.Next(10));
        if (random.Next(2) == 0) text.Append('.').Append(random.Next(10)).Append('0', random.Next(3));
        if (random.Next(4) == 0) text.Append(random.Next(2) == 0 ? "e" : "E").Append(random.Next(-30, 30).ToString(CultureInfo.InvariantCulture));
        return text.ToString();
    }

    private void Comparator(List<RawJson.Object> objects)
    {
        var quantities = objects.FindAll(item => item.Find("value") is not null);
        if (quantities.Count > 0) Set(quantities[random.Next(quantities.Count)], "comparator", Text(Of(Comparators)));
    }

    private void Replace(List<RawJson.Object> objects, string[] names, Func<RawJson> value)
    {
        var found = objects.SelectMany(item => item.Members).Where(member => names.Contains(member.Name) && member.Value is RawJson.Scalar).ToList();
        if (found.Count > 0) found[random.Next(found.Count)].Value = value();
    }

    private RawJson.Member Any(RawJson.Object item) => item.Members[random.Next(item.Members.Count)];

    private string OtherName(string name) => random.Next(6) switch
    {
        0 => name.ToUpperInvariant(),
        1 when name.Length > 0 => char.ToUpperInvariant(name[0]) + name[1..],
        2 when name.Length > 0 && char.IsAsciiLetter(name[0]) => $"\\u{(int)name[0]:x4}{name[1..]}",
        3 => "_" + name,
        4 => name + "X",
        _ => Of(Names),
    };

    private RawJson OfAnotherType(RawJson value) => random.Next(7) switch
    {
        0 => new RawJson.Scalar("null"),
        1 => new RawJson.Scalar(random.Next(2) == 0 ? "true" : "false"),
        2 => new RawJson.Scalar(Of(Numbers)),
        3 => new RawJson.Scalar(Of(Strings)),
        4 => new RawJson.Array { Items = [value] },
        5 => new RawJson.Object { Members = [new RawJson.Member("value", value)] },
        _ => value is RawJson.Array { Items: [var first, ..] } ? first : value is RawJson.Scalar { Token: ['"', ..] } ? new RawJson.Scalar("0") : Text(value is RawJson.Scalar scalar ? scalar.Token : ""),
    };

    private RawJson Deep()
    {
        RawJson inner = new RawJson.Scalar("1");
        for (var depth = random.Next(1, 90); depth > 0; depth--)
            inner = random.Next(2) == 0 ? new RawJson.Array { Items = [inner] } : new RawJson.Object { Members = [new RawJson.Member(Of(Names), inner)] };
        return inner;
    }

    private RawJson Empty() => random.Next(5) switch
    {
        0 => new RawJson.Object(),
        1 => new RawJson.Array(),
        2 => new RawJson.Scalar("\"\""),
        3 => new RawJson.Array { Items = [new RawJson.Scalar("null")] },
        _ => new RawJson.Scalar("null"),
    };

    private void Move(RawJson.Object from, RawJson.Object to)
    {
        var member = Any(from);
        if (member.Value.All().Contains(to)) return;
        from.Members.Remove(member);
        to.Members.Insert(random.Next(to.Members.Count + 1), member);
    }

    private void SecondValue(RawJson.Object item)
    {
        var value = random.Next(4) switch
        {
            0 => new RawJson.Member("valueString", new RawJson.Scalar(Of(Strings))),
            1 => new RawJson.Member("valueInteger", new RawJson.Scalar(Of(Numbers))),
            2 => new RawJson.Member("VALUEQUANTITY", RawJson.Parse("""{"value":1.50,"unit":"10*9/L"}""")),
            _ => new RawJson.Member("valueQuantity", RawJson.Parse("""{"value":2.50,"unit":"10*9/L"}""")),
        };
        item.Members.Insert(random.Next(item.Members.Count + 1), value);
    }

    private void Companion(RawJson.Object item)
    {
        var value = random.Next(6) switch
        {
            0 => """{"id":"x"}""",
            1 => """{"extension":[{"url":"urn:x","valueDecimal":0.10}]}""",
            2 => """[null,{"id":"x"}]""",
            3 => """[{"id":"x"},null,{"extension":[{"url":"urn:x","valueString":"y"}]}]""",
            4 => "null",
            _ => """{"id":"x","value":"y"}""",
        };
        item.Members.Insert(random.Next(item.Members.Count + 1), new RawJson.Member("_" + Any(item).Name, RawJson.Parse(value)));
    }

    /// <summary>Puts a member of another document in.</summary>
    private void Splice(RawJson.Object target)
    {
        var others = corpus.Pick(random).All().OfType<RawJson.Object>().Where(item => item.Members.Count > 0).ToList();
        var member = Any(others[random.Next(others.Count)]).Copy();
        target.Members.RemoveAll(old => old.Name == member.Name && random.Next(4) > 0);
        target.Members.Add(member);
    }

    private void Shuffle(RawJson.Object item)
    {
        var members = item.Members.ToArray();
        random.Shuffle(members);
        item.Members.Clear();
        item.Members.AddRange(members);
    }

    private static void Set(RawJson.Object item, string name, RawJson value)
    {
        if (item.Find(name) is { } member) member.Value = value;
        else item.Members.Add(new RawJson.Member(name, value));
    }

    private string Of(string[] choices) => choices[random.Next(choices.Length)];

    private static RawJson.Scalar Text(string content) => new("\"" + content + "\"");
}
