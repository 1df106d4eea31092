using System.CommandLine;
using CarT.Fhir.Hematology;
using CarT.Fhir.Protocol;

namespace CarT.Fhir.Standalone.Definitions;

/// <summary><c>cart-fhir protocol list|show|validate|diff|schema</c>: the protocol definitions, built-in ones and files.</summary>
internal static class ProtocolCommand
{
    private const string IdOrFile = "id of a built-in definition, or a file";

    public static Command Create() => new("protocol", "Lists, shows, checks and compares protocol definitions") { List(), Show(), Validate(), Diff(), Schema() };

    private static Command List()
    {
        var format = Format("table", "json");
        var command = new Command("list", "Lists the built-in definitions") { format };
        command.SetAction(parsed =>
        {
            var definitions = ProtocolDefinition.BuiltInIds.Select(ProtocolDefinition.BuiltIn).ToList();
            if (parsed.GetValue(format) == "table") TableOutput.Write(DefinitionTables.List(definitions));
            else DefinitionJson.WriteList(definitions);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var name = new Argument<string?>("ID|FILE") { Description = IdOrFile + " (default: the one that the services would use here)", Arity = ArgumentArity.ZeroOrOne };
        var format = Format("json", "table");
        var command = new Command("show", "Shows a definition, or the one in force") { name, format };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is { } named) return Show(Usable(named, named), parsed.GetValue(format)!);
            var (inForce, fault) = ConfiguredProtocol.Read();
            if (fault is null) return Show(Usable(inForce, $"{ConfiguredProtocol.Key}: {inForce}"), parsed.GetValue(format)!);
            Console.Error.WriteLine(fault);
            return ExitCodes.UnusableArguments;
        });
        return command;
    }

    private static int Show((FoundDefinition Found, ProtocolDefinition Definition)? usable, string format)
    {
        if (usable is not { } shown) return ExitCodes.UnusableArguments;
        Console.Error.WriteLine($"{shown.Definition.Id} {shown.Definition.Version} {shown.Definition.Hash}");
        if (format == "table") TableOutput.Write(DefinitionTables.Show(shown.Definition, DefinitionParameters.Of(shown.Found.Json)));
        else WriteBytes(shown.Found.Json);
        return ExitCodes.Done;
    }

    private static Command Validate()
    {
        var files = new Argument<string[]>("FILE") { Description = "definition files", Arity = ArgumentArity.OneOrMore };
        var command = new Command("validate", "Checks definition files and tells every fault of each") { files };
        command.SetAction(parsed => parsed.GetValue(files)!.Distinct(StringComparer.Ordinal).Select(Validate).DefaultIfEmpty().Max());
        return command;
    }

    /// <summary>The exit codes rise with what is wrong, so that the greatest of several files tells.</summary>
    private static int Validate(string file)
    {
        var found = File.Exists(file) ? DefinitionSource.Find(Path.GetFullPath(file)) : null;
        if (found is null)
        {
            Console.Error.WriteLine($"{file}: there is no such file, or it cannot be read");
            return ExitCodes.UnusableArguments;
        }

        if (found.Definition is { } sound) Console.WriteLine($"{file}: valid ({sound.Id} {sound.Version} {sound.Hash})");
        foreach (var fault in found.Faults) Console.WriteLine($"{file}: {fault}");
        return found.Definition is null ? ExitCodes.SomeRefused : ExitCodes.Done;
    }

    private static Command Diff()
    {
        var (first, second) = (new Argument<string>("A") { Description = IdOrFile }, new Argument<string>("B") { Description = IdOrFile });
        var format = Format("table", "json");
        var command = new Command("diff", "Shows each parameter in which two definitions differ") { first, second, format };
        command.SetAction(parsed =>
        {
            var (nameA, nameB) = (parsed.GetValue(first)!, parsed.GetValue(second)!);
            if ((Usable(nameA, nameA), Usable(nameB, nameB)) is not ({ } a, { } b)) return ExitCodes.UnusableArguments;
            var differences = DefinitionParameters.Differences(DefinitionParameters.Of(a.Found.Json), DefinitionParameters.Of(b.Found.Json));
            if (parsed.GetValue(format) == "table") TableOutput.Write(DefinitionTables.Diff(a.Definition, b.Definition, differences));
            else DefinitionJson.WriteDiff(a.Definition, b.Definition, differences);
            Console.Error.WriteLine(Summary(a.Definition, b.Definition, differences.Count));
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Summary(ProtocolDefinition a, ProtocolDefinition b, int differences) => (differences, a.Hash == b.Hash) switch
    {
        (_, true) => "the same definition",
        (0, _) => "no parameter differs; the texts do",
        (1, _) => "1 parameter differs",
        _ => $"{differences} parameters differ",
    };

    private static Command Schema()
    {
        var command = new Command("schema", "Prints the JSON Schema (draft 2020-12) of a definition file");
        command.SetAction(_ =>
        {
            WriteBytes(ProtocolDefinition.Schema());
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>A definition without faults, or null after all that is wrong has been said.</summary>
    private static (FoundDefinition Found, ProtocolDefinition Definition)? Usable(string idOrFile, string calledAs)
    {
        var found = DefinitionSource.Find(idOrFile);
        if (found is null) Console.Error.WriteLine(DefinitionSource.Unknown(idOrFile));
        foreach (var fault in found?.Faults ?? []) Console.Error.WriteLine($"{calledAs}: {fault}");
        return found?.Definition is { } definition ? (found, definition) : null;
    }

    private static Option<string> Format(params string[] formats)
    {
        var format = new Option<string>("--format") { Description = string.Join(" or ", formats), DefaultValueFactory = _ => formats[0] };
        format.AcceptOnlyFromAmong(formats);
        return format;
    }

    private static void WriteBytes(ReadOnlyMemory<byte> utf8)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(utf8.Span);
    }
}
