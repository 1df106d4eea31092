using System.IO.Compression;

namespace CarT.Fhir.R4.Input;

/// <summary>One input file: its name, as a refusal will call it, and its bytes, unpacked.</summary>
internal sealed record InputFile(string Name, Func<ReadOnlyMemory<byte>> Read);

/// <summary>Files behind the paths of a command line: files, folders with everything below them, and <c>-</c> for standard input.</summary>
internal static class InputFiles
{
    private static readonly string[] Endings = [".json", ".ndjson", ".jsonl", ".gz"];

    private static readonly EnumerationOptions OneLevel = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };

    /// <exception cref="FileNotFoundException">A path names neither a file nor a folder.</exception>
    internal static IEnumerable<InputFile> Of(IEnumerable<string> paths, Stream standardInput)
    {
        foreach (var path in paths)
        {
            if (path == "-") yield return new InputFile("-", () => ReadAll(standardInput));
            else if (Directory.Exists(path))
                foreach (var file in Below(path)) yield return file;
            else if (File.Exists(path)) yield return Open(path);
            else throw new FileNotFoundException("No such file or folder.", path);
        }
    }

    private static IEnumerable<InputFile> Below(string folder)
    {
        if (!TryList(folder, out var entries)) return [new InputFile(Path.GetFileName(folder), () => throw new UnauthorizedAccessException())];
        return entries.SelectMany(entry => IsFolder(entry) ? Below(entry) : IsInput(entry) ? [Open(entry)] : []);
    }

    /// <summary>A link to a folder is not followed: a folder that links to itself has no end.</summary>
    private static bool IsFolder(string entry) => Directory.Exists(entry) && new DirectoryInfo(entry).LinkTarget is null;

    private static bool IsInput(string file) => File.Exists(file) && Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>What lies in a folder, in ordinal order; false for a folder that may not be read, which is refused and not passed over.</summary>
    private static bool TryList(string folder, out IReadOnlyList<string> entries)
    {
        try
        {
            entries = [.. Directory.EnumerateFileSystemEntries(folder, "*", OneLevel).Order(StringComparer.Ordinal)];
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            entries = [];
            return false;
        }
    }

    private static InputFile Open(string path) => new(Path.GetFileName(path), () =>
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return File.ReadAllBytes(path);
        using var packed = File.OpenRead(path);
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        return ReadAll(unpacked);
    });

    private static ReadOnlyMemory<byte> ReadAll(Stream stream)
    {
        var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
