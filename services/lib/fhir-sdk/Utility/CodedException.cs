using Hl7.Fhir.Model;

namespace Hl7.Fhir.Utility;

/// <summary>An error with a permanent code.</summary>
public class CodedException(string errorCode, string message) : Exception(message)
{
    public string ErrorCode { get; } = errorCode;
}

/// <summary>A coded error that says where in the resource it was found.</summary>
public class ExtendedCodedException : CodedException
{
    private protected ExtendedCodedException(
        string errorCode, string baseMessage, string instancePath, string location, OperationOutcome.IssueSeverity issueSeverity)
        : base(errorCode, $"{baseMessage} {location}")
    {
        BaseErrorMessage = baseMessage;
        InstancePath = instancePath;
        IssueSeverity = issueSeverity;
    }

    /// <summary>The message without the place.</summary>
    public string? BaseErrorMessage { get; }

    /// <summary>The path of the element, e.g. Bundle.entry[1].resource.status.</summary>
    public string? InstancePath { get; }

    public OperationOutcome.IssueSeverity IssueSeverity { get; }
}
