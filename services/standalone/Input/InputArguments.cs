using System.CommandLine;
using System.Globalization;
using CarT.Fhir.Hematology;
using CarT.Fhir.Protocol;

namespace CarT.Fhir.Standalone.Input;

/// <summary>How FHIR files are evaluated: definition, facility zone, what they provide, and the time; a null time means each patient's latest fact.</summary>
internal sealed record InputSettings(ProtocolDefinition Definition, TimeZoneInfo Zone, SourceProvides Provides, DateTimeOffset? AsOf);

/// <summary>The arguments that every command shares which reads FHIR files.</summary>
internal sealed class InputArguments
{
    private readonly Argument<string[]> paths = new("PATH")
    {
        Description = "FHIR R4 JSON: resource, Bundle, NDJSON, .gz of these, folders of these; - is standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> asOf = new("--as-of") { Description = "time of the evaluation, for example 2026-03-01T00:00:00Z (default: each patient's latest fact)" };
    private readonly Option<string> zone = new("--timezone") { Description = "IANA time zone of the facility", DefaultValueFactory = _ => "UTC" };
    private readonly Option<string> protocol = new("--protocol") { Description = "id of a built-in protocol definition, or a file", DefaultValueFactory = _ => ProtocolDefinition.DefaultId };
    private readonly Option<string> provides = new("--provides") { Description = "what the input provides: labs,doses,transfusions", DefaultValueFactory = _ => "labs,doses,transfusions" };

    public void AddTo(Command command)
    {
        command.Add(paths);
        foreach (var option in new Option[] { asOf, zone, protocol, provides }) command.Add(option);
    }

    /// <summary>Reads the arguments and runs, or says everything that is wrong with them at once.</summary>
    public async Task<int> RunAsync(ParseResult parsed, Func<IReadOnlyList<string>, InputSettings, Task<int>> run)
    {
        var faults = new List<string>();
        var settings = Settings(parsed, faults);
        var files = parsed.GetValue(paths)!;
        faults.AddRange(files.Where(path => path != "-" && !File.Exists(path) && !Directory.Exists(path)).Select(path => $"{path}: there is no such file or folder"));
        if (settings is not null && faults.Count == 0) return await run(files, settings);
        foreach (var fault in faults) await Console.Error.WriteLineAsync(fault);
        return ExitCodes.UnusableArguments;
    }

    private InputSettings? Settings(ParseResult parsed, List<string> faults)
    {
        DateTimeOffset? at = null;
        if (parsed.GetValue(asOf) is { } text)
        {
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) at = time.ToUniversalTime();
            else faults.Add($"--as-of: '{text}' is not a date and time");
        }
        var id = parsed.GetValue(zone)!;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(id, out var facility)) faults.Add($"--timezone: '{id}' is not a known time zone");
        var definition = Definition(parsed.GetValue(protocol)!, faults);
        var provided = Provided(parsed.GetValue(provides)!, faults);
        return faults.Count == 0 ? new InputSettings(definition!, facility!, provided!, at) : null;
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
