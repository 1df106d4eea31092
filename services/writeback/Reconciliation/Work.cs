using System.Diagnostics;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>One resource being brought to what is wanted.</summary>
internal sealed record Work(Target Target, Claim Claim, ResourceRow Row, WantedResource Wanted, TargetResources Resources)
{
    /// <summary>A span of this work, in the trace of what led to the wanted form.</summary>
    public Activity? Span(string name) =>
        CartTelemetry.Continue(name, ActivityKind.Internal, Row.TraceParent)
            ?.SetTag("cart.target", Target.Name).SetTag("cart.resource_type", Row.Type).SetTag("cart.code", Row.Code);
}
