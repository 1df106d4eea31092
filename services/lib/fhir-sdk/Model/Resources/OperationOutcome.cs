using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>What went wrong, or did not, in an operation.</summary>
public class OperationOutcome : DomainResource
{
    public override string TypeName => "OperationOutcome";

    [FhirElement("issue")] public List<IssueComponent> Issue { get => field ??= []; set; }

    /// <summary>One issue.</summary>
    public class IssueComponent : BackboneElement
    {
        public override string TypeName => "OperationOutcome#Issue";

        [FhirElement("severity")] public Code<IssueSeverity>? SeverityElement { get; set; }
        public IssueSeverity? Severity { get => SeverityElement?.Value; set => SeverityElement = value is null ? null : new(value); }
        [FhirElement("code")] public Code<IssueType>? CodeElement { get; set; }
        public IssueType? Code { get => CodeElement?.Value; set => CodeElement = value is null ? null : new(value); }
        [FhirElement("details")] public CodeableConcept? Details { get; set; }
        [FhirElement("diagnostics")] public FhirString? DiagnosticsElement { get; set; }
        public string? Diagnostics { get => DiagnosticsElement?.Value; set => DiagnosticsElement = value is null ? null : new(value); }
        [FhirElement("location")] public List<FhirString> LocationElement { get => field ??= []; set; }
        public IEnumerable<string?> Location
        {
            get => LocationElement.Select(e => e?.Value);
            set => LocationElement = [.. value.Select(v => new FhirString(v))];
        }

        [FhirElement("expression")] public List<FhirString> ExpressionElement { get => field ??= []; set; }
        public IEnumerable<string?> Expression
        {
            get => ExpressionElement.Select(e => e?.Value);
            set => ExpressionElement = [.. value.Select(v => new FhirString(v))];
        }
    }

    public enum IssueSeverity
    {
        [EnumLiteral("fatal")] Fatal,
        [EnumLiteral("error")] Error,
        [EnumLiteral("warning")] Warning,
        [EnumLiteral("information")] Information,
        [EnumLiteral("success")] Success,
    }

    public enum IssueType
    {
        [EnumLiteral("invalid")] Invalid,
        [EnumLiteral("structure")] Structure,
        [EnumLiteral("required")] Required,
        [EnumLiteral("value")] Value,
        [EnumLiteral("invariant")] Invariant,
        [EnumLiteral("security")] Security,
        [EnumLiteral("login")] Login,
        [EnumLiteral("unknown")] Unknown,
        [EnumLiteral("expired")] Expired,
        [EnumLiteral("forbidden")] Forbidden,
        [EnumLiteral("suppressed")] Suppressed,
        [EnumLiteral("processing")] Processing,
        [EnumLiteral("not-supported")] NotSupported,
        [EnumLiteral("duplicate")] Duplicate,
        [EnumLiteral("multiple-matches")] MultipleMatches,
        [EnumLiteral("not-found")] NotFound,
        [EnumLiteral("deleted")] Deleted,
        [EnumLiteral("too-long")] TooLong,
        [EnumLiteral("code-invalid")] CodeInvalid,
        [EnumLiteral("extension")] Extension,
        [EnumLiteral("too-costly")] TooCostly,
        [EnumLiteral("business-rule")] BusinessRule,
        [EnumLiteral("conflict")] Conflict,
        [EnumLiteral("limited-filter")] LimitedFilter,
        [EnumLiteral("transient")] Transient,
        [EnumLiteral("lock-error")] LockError,
        [EnumLiteral("no-store")] NoStore,
        [EnumLiteral("exception")] Exception,
        [EnumLiteral("timeout")] Timeout,
        [EnumLiteral("incomplete")] Incomplete,
        [EnumLiteral("throttled")] Throttled,
        [EnumLiteral("informational")] Informational,
        [EnumLiteral("success")] Success,
    }
}
