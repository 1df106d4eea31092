namespace Hl7.Fhir.Model;

// The primitive types whose value is a number or a boolean.

/// <summary>True or false.</summary>
public class FhirBoolean : PrimitiveType
{
    public FhirBoolean() { }

    public FhirBoolean(bool? value) => ObjectValue = value;

    public override string TypeName => "boolean";

    public bool? Value { get => (bool?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A decimal number; its digits are kept (0.10 stays 0.10, and is written as it was read: 1E3 stays 1E3).</summary>
public class FhirDecimal : PrimitiveType
{
    private decimal _readAs;
    private string? _literal;

    public FhirDecimal() { }

    public FhirDecimal(decimal? value) => ObjectValue = value;

    public override string TypeName => "decimal";

    public decimal? Value { get => (decimal?)ObjectValue; set => ObjectValue = value; }

    /// <summary>The number as it was sent, where the value says the same in other digits; null once another value was set.</summary>
    internal string? Literal => _literal is not null && ObjectValue is decimal value && value == _readAs && value.Scale == _readAs.Scale ? _literal : null;

    /// <summary>Keeps how the value that was read just now was sent.</summary>
    internal void KeepLiteral(string literal)
    {
        _literal = literal;
        _readAs = Value.GetValueOrDefault();
    }
}

/// <summary>A whole number of 32 bits.</summary>
public class Integer : PrimitiveType
{
    public Integer() { }

    public Integer(int? value) => ObjectValue = value;

    public override string TypeName => "integer";

    public int? Value { get => (int?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A whole number from 0.</summary>
public class UnsignedInt : PrimitiveType
{
    public UnsignedInt() { }

    public UnsignedInt(int? value) => ObjectValue = value;

    public override string TypeName => "unsignedInt";

    public int? Value { get => (int?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A whole number from 1.</summary>
public class PositiveInt : PrimitiveType
{
    public PositiveInt() { }

    public PositiveInt(int? value) => ObjectValue = value;

    public override string TypeName => "positiveInt";

    public int? Value { get => (int?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A whole number of 64 bits.</summary>
public class Integer64 : PrimitiveType
{
    public Integer64() { }

    public Integer64(long? value) => ObjectValue = value;

    public override string TypeName => "integer64";

    public long? Value { get => (long?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>Bytes, base64 on the wire.</summary>
public class Base64Binary : PrimitiveType
{
    public Base64Binary() { }

    public Base64Binary(byte[]? value) => ObjectValue = value;

    public override string TypeName => "base64Binary";

    public byte[]? Value { get => (byte[]?)ObjectValue; set => ObjectValue = value; }
}
