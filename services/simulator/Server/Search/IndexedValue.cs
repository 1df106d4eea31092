namespace CarT.Fhir.Simulator.Server.Search;

/// <summary>One searchable value of a resource: a token (system and code), a reference or uri (text), or a span of time (half open).</summary>
internal readonly record struct IndexedValue(string? System, string Text, FhirTimeSpan Span = default)
{
    /// <summary>The form <c>system|code</c> of a search.</summary>
    public string Token => $"{System}|{Text}";
}
