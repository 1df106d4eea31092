namespace Hl7.Fhir.Model;

/// <summary>A resource of a type that has no class here, as it comes in bundles and among contained resources: what all resources have in common.</summary>
internal sealed class OtherResource(string typeName) : DomainResource
{
    public OtherResource() : this("DomainResource") { }

    public override string TypeName => typeName;
}
