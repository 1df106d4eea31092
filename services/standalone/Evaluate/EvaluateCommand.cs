using System.CommandLine;
using System.Globalization;
using CarT.Fhir.Hematology;
using CarT.Fhir.Protocol;

namespace CarT.Fhir.Standalone.Evaluate;

/// <summary><c>cart-fhir evaluate PATH…</c>: FHIR R4 files in, one assessment per patient out. No server, no store.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "FHIR R4 JSON: resource, Bundle, NDJSON, .gz of these, folders of these; - is standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        var asOf = new Option<string?>("--as-of") { Description = "time of the evaluation, for example 2026-03-01T00:00:00Z (default: each patient's latest fact)" };
        var zone = new Option<string>("--timezone") { Description = "IANA time zone of the facility", DefaultValueFactory = _ => "UTC" };
        var protocol = new Option<string>("--protocol") { Description = "id of a built-in protocol definition, or a file", DefaultValueFactory = _ => ProtocolDefinition.DefaultId };
        var provides = new Option<string>("--provides") { Description = "what the input provides: labs,doses,transfusions", DefaultValueFactory = _ => "labs,doses,transfusions" };
        var format = new Option<string>("--format") { Description = "json or table", DefaultValueFactory = _ => "json" };
        format.AcceptOnlyFromAmong("json", "table");
        var command = new Command("evaluate", "Evaluates each patient of FHIR R4 files; one JSON object per patient") { paths, asOf, zone, protocol, provides, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var faults = new List<string>();
            var settings = Settings(parsed.GetValue(asOf), parsed.GetValue(zone)!, parsed.GetValue(protocol)!, parsed.GetValue(provides)!, faults);
            var files = parsed.GetValue(paths)!;
            faults.AddRange(files.Where(path => path != "-" && !File.Exists(path) && !Directory.Exists(path)).Select(path => $"{path}: there is no such file or folder"));
            if (settings is not null && faults.Count == 0) return await EvaluateRun.RunAsync(files, settings, parsed.GetValue(format)!, cancel);
            foreach (var fault in faults) await Console.Error.WriteLineAsync(fault);
            return ExitCodes.UnusableArguments;
        });
        return command;
    }

    private static EvaluationSettings? Settings(string? asOf, string zone, string protocol, string provides, List<string> faults)
    {
        DateTimeOffset? at = null;
        if (asOf is not null)
        {
            if (DateTimeOffset.TryParse(asOf, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)) at = parsed.ToUniversalTime();
            else faults.Add($"--as-of: '{asOf}' is not a date and time");
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var facility)) faults.Add($"--timezone: '{zone}' is not a known time zone");
        var definition = Definition(protocol, faults);
        var provided = Provided(provides, faults);
        return faults.Count == 0 ? new EvaluationSettings(definition!, facility!, provided!, at) : null;
    }

    private static ProtocolDefinition? Definition(string protocol, List<string> faults)
    {
        var found = DefinitionSource.Find(protocol);
        if (found is null) faults.Add($"--protocol: {DefinitionSource.Unknown(protocol)}");
        else faults.AddRange(found.Faults.Select(fault => $"--protocol: {protocol}: {fault}"));
        return found?.Definition;
    }

    private static SourceProvides? Provided(string provides, List<string> faults)
    {
        try
        {
            return SourceProvides.Parse(provides.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        catch (ArgumentException)
        {
            faults.Add($"--provides: '{provides}' is not a list of: labs, doses, transfusions");
            return null;
        }
    }
}
