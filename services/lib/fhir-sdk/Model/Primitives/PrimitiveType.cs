namespace Hl7.Fhir.Model;

/// <summary>A single value, with its own id and extensions. A primitive with extensions and no value is present without value.</summary>
public abstract class PrimitiveType : DataType
{
    public override string TypeName => "PrimitiveType";

    /// <summary>The value as read: the .NET type of the FHIR type or, where the text could not be read as such, the text.</summary>
    public object? ObjectValue { get; set; }

    /// <summary>Whether there is an id or an extension beside the value.</summary>
    public bool HasElements => HasIdOrExtensions;

    public override string? ToString() => ObjectValue switch
    {
        null => null,
        string text => text,
        bool truth => truth ? "true" : "false",
        DateTimeOffset instant => FhirTime.Format(instant),
        byte[] bytes => Convert.ToBase64String(bytes),
        IFormattable number => number.ToString(format: null, System.Globalization.CultureInfo.InvariantCulture),
        var other => other.ToString(),
    };
}
