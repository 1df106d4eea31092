using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Serialization;

/// <summary>All errors of one reading, and what could be read in spite of them.</summary>
public class DeserializationFailedException(Base? partialResult, IEnumerable<CodedException> innerExceptions)
    : Exception("One or more errors occurred. " + string.Join(' ', innerExceptions.Select(error => $"({error.Message})")))
{
    /// <summary>What was read; incomplete, or null where the type of the resource is not known.</summary>
    public Base? PartialResult { get; } = partialResult;

    public IReadOnlyCollection<CodedException> Exceptions { get; } = [.. innerExceptions];
}
