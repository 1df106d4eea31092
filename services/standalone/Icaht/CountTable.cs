using System.Globalization;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Icaht;

/// <summary>The counts of one patient of the file.</summary>
internal sealed class CountsOfPatient
{
    public List<CountOnDay> Anc { get; } = [];

    public List<CountOnDay> Platelets { get; } = [];
}

/// <summary>A CSV file of counts, by patient id. A row that cannot be used is refused by its line number and leaves the others alone.</summary>
internal sealed class CountTable
{
    // The limits within which a count is plausible (P2.5); platelets of 20 are not 20 per microlitre.
    private const decimal AncMaxPerUl = 100_000;
    private const decimal PlateletsMinPerUl = 500;
    private const decimal PlateletsMaxPerUl = 2_000_000;

    private readonly Dictionary<string, CountsOfPatient> patients = new(StringComparer.Ordinal);
    private readonly List<string> refusals = [];
    private int idColumn;
    private int dayColumn;
    private int ancColumn;
    private int plateletsColumn;
    private int columns;

    private CountTable()
    {
    }

    public IReadOnlyDictionary<string, CountsOfPatient> Patients => patients;

    /// <summary>What was refused: the line number and why, never a value.</summary>
    public IReadOnlyList<string> Refusals => refusals;

    public bool HasPlatelets => plateletsColumn >= 0;

    public static async Task<CountTable> ReadAsync(TextReader input, CancellationToken cancel)
    {
        var table = new CountTable();
        var isHeaderRead = false;
        var number = 0;
        while (await input.ReadLineAsync(cancel) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var fault = CsvLine.Split(line) is not { } fields ? "has a quotation mark that does not end" : isHeaderRead ? table.AddRow(fields) : table.ReadHeader(fields);
            if (fault is not null) table.refusals.Add($"line {number}: {fault}");
            if (!isHeaderRead && fault is not null) break;
            isHeaderRead = true;
        }

        return table;
    }

    private string? ReadHeader(List<string> names)
    {
        int Column(string name) => names.FindIndex(n => n.Trim('\uFEFF').Equals(name, StringComparison.OrdinalIgnoreCase));
        (idColumn, dayColumn, ancColumn, plateletsColumn, columns) = (Column("id"), Column("day"), Column("anc"), Column("platelets"), names.Count);
        if (idColumn < 0 || dayColumn < 0 || ancColumn < 0) return "the header must name the columns id, day and anc";
        return names.Where(static name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count(static name => name.Length > 0)
            ? "the header names a column twice"
            : null;
    }

    /// <summary>Adds a row, or says why it cannot be used.</summary>
    private string? AddRow(List<string> fields)
    {
        // 1,200 without quotation marks would be read as 1.
        if (fields.Skip(columns).Any(static field => field.Length > 0)) return "has more fields than the header";
        string Field(int column) => column >= 0 && column < fields.Count ? fields[column] : "";
        if (Field(idColumn) is not { Length: > 0 } id) return "id is missing";
        if (Field(dayColumn).Length == 0) return "day is missing";
        if (!TryNumber(Field(dayColumn), out var day) || !decimal.IsInteger(day) || Math.Abs(day) > 100_000) return "day is not a whole number of days";
        var (anc, platelets) = (Field(ancColumn), Field(plateletsColumn));
        if (anc.Length == 0 && platelets.Length == 0) return "anc is missing";
        var (ancPerUl, plateletsPerUl) = (0m, 0m);
        var fault = anc.Length == 0 ? null : FaultOf("anc", anc, 0, AncMaxPerUl, out ancPerUl);
        fault ??= platelets.Length == 0 ? null : FaultOf("platelets", platelets, PlateletsMinPerUl, PlateletsMaxPerUl, out plateletsPerUl);
        if (fault is not null) return fault;
        if (!patients.TryGetValue(id, out var patient)) patients[id] = patient = new CountsOfPatient();
        if (anc.Length > 0) patient.Anc.Add(new CountOnDay((int)day, ancPerUl));
        if (platelets.Length > 0) patient.Platelets.Add(new CountOnDay((int)day, plateletsPerUl));
        return null;
    }

    private static string? FaultOf(string column, string text, decimal least, decimal most, out decimal value) =>
        !TryNumber(text, out value) ? $"{column} is not a finite number in plain digits"
        : value < 0 ? $"{column} is negative"
        : value != 0 && (value < least || value > most) ? $"{column} is not plausible in cells/uL"
        : null;

    /// <summary>Digits with a sign and a decimal point: an exponent or a thousands separator shows that something wrote the file that does not mean counts.</summary>
    private static bool TryNumber(string text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
