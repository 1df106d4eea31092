using System.Text;

namespace CarT.Fhir.R4.Reading;

/// <summary>Where in the JSON the scan is: one frame for each open object or array, with the names already seen in it.</summary>
internal sealed class ScanPath
{
    /// <summary>Up to here the names of an object are compared one by one; beyond they are hashed, so that an object of a million names costs no more than its length.</summary>
    private const int FewNames = 32;

    private readonly Frame[] frames = new Frame[FhirJsonScan.MaxDepth];

    // The names of all open objects, the innermost last.
    private readonly List<PropertyName> names = [];

    internal int Depth { get; private set; }

    internal void Clear()
    {
        while (Depth > 0) Close();
        names.Clear();
    }

    internal void Open(bool isArray) => frames[Depth++] = new Frame { IsArray = isArray, Index = -1, FirstName = names.Count };

    internal void Close()
    {
        ref var frame = ref frames[--Depth];
        names.RemoveRange(frame.FirstName, names.Count - frame.FirstName);
        frame = default;
    }

    /// <summary>Notes a property of the open object; false when the object already has it.</summary>
    internal bool Property(PropertyName name)
    {
        ref var frame = ref frames[Depth - 1];
        frame.Name = name;
        var isNew = frame.Many is null ? !IsAmong(name, frame.FirstName) : frame.Many.Add(name);
        names.Add(name);
        if (frame.Many is null && names.Count - frame.FirstName > FewNames) frame.Many = [.. names[frame.FirstName..]];
        return isNew;
    }

    /// <summary>Notes the form of the property that begins; true when it is another form of an element that its object already has.</summary>
    internal bool NotesSecondForm()
    {
        ref var frame = ref frames[Depth - 1];
        if (ChoiceForms.ChoiceOf(frame.Name.Utf8) is var choice && choice < 0) return false;
        return !(frame.Forms ??= new ChoiceForms()).Add(choice, frame.Name.ToString());
    }

    /// <summary>Notes that a value begins, which counts in an array.</summary>
    internal void Value()
    {
        if (Depth > 0 && frames[Depth - 1].IsArray) frames[Depth - 1].Index++;
    }

    /// <summary>True when the value that begins now stands at exactly this property of the resource.</summary>
    internal bool Is(ReadOnlySpan<byte> first) => Depth == 1 && frames[0].Name.Is(first);

    /// <summary>True when the value that begins now stands at exactly this property of this property.</summary>
    internal bool Is(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        Depth == 2 && !frames[1].IsArray && frames[0].Name.Is(first) && frames[1].Name.Is(second);

    /// <summary>True when the value that begins now is an effectiveInstant, of the resource or of one in it; the model takes the type in any case.</summary>
    internal bool IsEffectiveInstant => frames[Depth - 1] is { IsArray: false, Name.IsGiven: true } frame && frame.Name.Utf8 is { Length: 16 } name
        && name.StartsWith("effective"u8) && Ascii.EqualsIgnoreCase(name[^7..], "Instant"u8);

    internal string Text(string? resourceType)
    {
        var text = new StringBuilder(Safe(resourceType ?? "resource"));
        for (var i = 0; i < Depth; i++)
        {
            var frame = frames[i];
            if (frame.IsArray) text.Append('[').Append(Math.Max(frame.Index, 0)).Append(']');
            else if (frame.Name.IsGiven) text.Append('.').Append(Safe(frame.Name.ToString()));
        }
        return text.ToString();
    }

    private bool IsAmong(PropertyName name, int first)
    {
        for (var i = first; i < names.Count; i++)
        {
            if (names[i].Equals(name)) return true;
        }
        return false;
    }

    private static string Safe(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]) ? name : "?";

    private record struct Frame
    {
        internal bool IsArray { get; init; }

        internal int Index { get; set; }

        internal int FirstName { get; init; }

        internal PropertyName Name { get; set; }

        internal HashSet<PropertyName>? Many { get; set; }

        internal ChoiceForms? Forms { get; set; }
    }
}
