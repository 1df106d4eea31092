namespace Hl7.Fhir.Model;

// The primitive types whose value is a string and nothing more.

/// <summary>Text.</summary>
public class FhirString : PrimitiveType
{
    public FhirString() { }

    public FhirString(string? value) => ObjectValue = value;

    public override string TypeName => "string";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A code of a system that the context gives.</summary>
public class Code : PrimitiveType
{
    public Code() { }

    public Code(string? value) => ObjectValue = value;

    public override string TypeName => "code";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A URI.</summary>
public class FhirUri : PrimitiveType
{
    public FhirUri() { }

    public FhirUri(string? value) => ObjectValue = value;

    public override string TypeName => "uri";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>The canonical URL of a definition, with |version where it matters.</summary>
public class Canonical : PrimitiveType
{
    public Canonical() { }

    public Canonical(string? value) => ObjectValue = value;

    public override string TypeName => "canonical";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A URL.</summary>
public class FhirUrl : PrimitiveType
{
    public FhirUrl() { }

    public FhirUrl(string? value) => ObjectValue = value;

    public override string TypeName => "url";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>The logical id of a resource.</summary>
public class Id : PrimitiveType
{
    public Id() { }

    public Id(string? value) => ObjectValue = value;

    public override string TypeName => "id";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>Text with Markdown markup.</summary>
public class Markdown : PrimitiveType
{
    public Markdown() { }

    public Markdown(string? value) => ObjectValue = value;

    public override string TypeName => "markdown";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A time of day, hh:mm:ss.</summary>
public class Time : PrimitiveType
{
    public Time() { }

    public Time(string? value) => ObjectValue = value;

    public override string TypeName => "time";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>An XHTML fragment.</summary>
public class XHtml : PrimitiveType
{
    public XHtml() { }

    public XHtml(string? value) => ObjectValue = value;

    public override string TypeName => "xhtml";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>An object identifier as a URN.</summary>
public class Oid : PrimitiveType
{
    public Oid() { }

    public Oid(string? value) => ObjectValue = value;

    public override string TypeName => "oid";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}

/// <summary>A UUID as a URN.</summary>
public class Uuid : PrimitiveType
{
    public Uuid() { }

    public Uuid(string? value) => ObjectValue = value;

    public override string TypeName => "uuid";

    public string? Value { get => (string?)ObjectValue; set => ObjectValue = value; }
}
