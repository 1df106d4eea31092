using CarT.Fhir.Hematology;

namespace CarT.Fhir.Protocol;

/// <summary>A definition as it was found: the id or path asked for, the JSON as it is stored, and what came of reading it.</summary>
public sealed record FoundDefinition(string Name, ReadOnlyMemory<byte> Json, ProtocolDefinition? Definition, IReadOnlyList<string> Faults);

/// <summary>Finds a definition by what the configuration and the command line call it: the id of a built-in one, or the path of a file.</summary>
public static class DefinitionSource
{
    /// <summary>Null where the name is neither a built-in id nor a file that can be read. A file with faults is found, with all of them.</summary>
    public static FoundDefinition? Find(string idOrFile)
    {
        if (ProtocolDefinition.BuiltInIds.Contains(idOrFile))
            return new FoundDefinition(idOrFile, ProtocolDefinition.JsonOf(idOrFile), ProtocolDefinition.BuiltIn(idOrFile), []);
        return ReadFile(idOrFile) is { } json ? Read(idOrFile, json) : null;
    }

    /// <summary>What to say where <see cref="Find"/> finds nothing.</summary>
    public static string Unknown(string idOrFile) => $"'{idOrFile}' is neither a readable file nor one of: {string.Join(", ", ProtocolDefinition.BuiltInIds)}";

    private static FoundDefinition Read(string name, ReadOnlyMemory<byte> json)
    {
        var (definition, faults) = ProtocolDefinition.Parse(json);
        return new FoundDefinition(name, json, definition, faults);
    }

    /// <summary>Null where there is no file that can be read.</summary>
    private static byte[]? ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
