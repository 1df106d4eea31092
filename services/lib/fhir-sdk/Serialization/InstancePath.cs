using System.Text;

namespace Hl7.Fhir.Serialization;

/// <summary>Where the reader stands: Bundle.entry[1].resource.component[0].value. Cheap to keep, written out only for an error.</summary>
internal sealed class InstancePath
{
    private readonly List<(string Name, int Index)> _steps = new(8);

    public bool IsEmpty => _steps.Count == 0;

    public void Enter(string name, bool isList = false) => _steps.Add((name, isList ? 0 : -1));

    public void MoveTo(int index) => _steps[^1] = (_steps[^1].Name, index);

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _steps)
        {
            if (text.Length > 0) text.Append('.');
            text.Append(name);
            if (index >= 0) text.Append('[').Append(index).Append(']');
        }
        return text.ToString();
    }
}
