namespace CarT.Fhir.R4.Reading;

/// <summary>Why bytes could not be read as a resource (the reasons behind <c>resource-invalid</c>). Permanent codes.</summary>
public static class ReadProblemCodes
{
    public const string NotJson = "not-json";
    public const string NotUtf8 = "not-utf8";
    public const string NotAnObject = "not-an-object";
    public const string DuplicateKey = "duplicate-key";
    public const string TooDeep = "too-deep";
    public const string NoResourceType = "no-resource-type";
    public const string ElementInvalid = "element-invalid";
}

/// <summary>A typed refusal of bytes: a permanent sub-code and the element where it happened, for example <c>Observation.component[2].code</c>.</summary>
/// <remarks>In a path, a name that can be no FHIR element is written as <c>?</c>, so that no data leak through it.</remarks>
public sealed record ReadProblem(string Code, string Path)
{
    /// <summary>A short sentence for people, without any value of the resource.</summary>
    public string Text => $"{Sentence} ({Code}) at {Path}.";

    private string Sentence => Code switch
    {
        ReadProblemCodes.NotJson => "Not well-formed JSON",
        ReadProblemCodes.NotUtf8 => "Not UTF-8",
        ReadProblemCodes.NotAnObject => "The JSON is not an object",
        ReadProblemCodes.DuplicateKey => "A property is given twice",
        ReadProblemCodes.TooDeep => "Nested deeper than 64 levels",
        ReadProblemCodes.NoResourceType => "No resource type",
        _ => "An element cannot be read as FHIR R4",
    };
}

/// <summary>What the outside of a resource says, read without the FHIR model: enough to name it, to order its versions, and to see a retraction.</summary>
public sealed record ResourceHeader
{
    public string? Type { get; init; }

    public string? Id { get; init; }

    public string? Status { get; init; }

    /// <summary><c>meta.versionId</c>.</summary>
    public string? VersionId { get; init; }

    /// <summary><c>meta.lastUpdated</c> as it was sent.</summary>
    public string? LastUpdated { get; init; }

    /// <summary>The reference of <c>subject</c>.</summary>
    public string? Subject { get; init; }
}

/// <summary>Result of the first pass: the header as far as it was read, and what is wrong, if anything.</summary>
public sealed record ScanResult(ResourceHeader Header, ReadProblem? Problem)
{
    /// <summary>
    /// Where the first value is that the model would read as something else than was sent: a number that a decimal holds only rounded, an
    /// <c>effectiveInstant</c> that names no moment, a second form of one element (valueString beside valueQuantity). Null when there is none.
    /// </summary>
    public string? Unfaithful { get; init; }
}
