using System.Text;

namespace CarT.Fhir.R4.Reading;

/// <summary>Where in the JSON the scan is: one frame for each open object or array, with the names already seen in it.</summary>
internal sealed class ScanPath
{
    private readonly List<Frame> frames = [];
    private int depth;

    internal int Depth => depth;

    internal void Open(bool isArray)
    {
        if (depth == frames.Count) frames.Add(new Frame());
        frames[depth++].Reset(isArray);
    }

    internal void Close() => depth--;

    /// <summary>Notes a property of the open object; false when the object already has it.</summary>
    internal bool Property(string name)
    {
        var frame = frames[depth - 1];
        frame.Name = name;
        return frame.Seen.Add(name);
    }

    /// <summary>Notes the form of the property that begins; true when it is another form of an element that its object already has.</summary>
    internal bool NotesSecondForm() => !frames[depth - 1].Forms.Add(frames[depth - 1].Name!);

    /// <summary>Notes that a value begins, which counts in an array.</summary>
    internal void Value()
    {
        if (depth > 0 && frames[depth - 1].IsArray) frames[depth - 1].Index++;
    }

    /// <summary>True when the value that begins now stands at exactly these property names.</summary>
    internal bool Is(string first, string? second = null) =>
        second is null
            ? depth == 1 && frames[0].Name == first
            : depth == 2 && frames[0].Name == first && !frames[1].IsArray && frames[1].Name == second;

    /// <summary>True when the value that begins now is an effectiveInstant, of the resource or of one in it; the model takes the type in any case.</summary>
    internal bool IsEffectiveInstant => frames[depth - 1] is { IsArray: false, Name: { Length: 16 } name }
        && name.StartsWith("effective", StringComparison.Ordinal) && name.EndsWith("Instant", StringComparison.OrdinalIgnoreCase);

    internal string Text(string? resourceType)
    {
        var text = new StringBuilder(Safe(resourceType ?? "resource"));
        for (var i = 0; i < depth; i++)
        {
            var frame = frames[i];
            if (frame.IsArray) text.Append('[').Append(Math.Max(frame.Index, 0)).Append(']');
            else if (frame.Name is not null) text.Append('.').Append(Safe(frame.Name));
        }
        return text.ToString();
    }

    private static string Safe(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]) ? name : "?";

    private sealed class Frame
    {
        internal HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

        internal ChoiceForms Forms { get; } = new();

        internal bool IsArray { get; private set; }

        internal string? Name { get; set; }

        internal int Index { get; set; }

        internal void Reset(bool isArray)
        {
            IsArray = isArray;
            Name = null;
            Index = -1;
            Seen.Clear();
            Forms.Clear();
        }
    }
}
