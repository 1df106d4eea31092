namespace CarT.Fhir.Contracts;

/// <summary>A patient: the namespace of the sources that share patient ids, and the FHIR logical id. The same id in two namespaces is two people.</summary>
public readonly record struct PatientKey(string Namespace, string Id)
{
    /// <summary>The FHIR reference within the namespace, <c>Patient/{id}</c>.</summary>
    public string Reference => "Patient/" + Id;
}

/// <summary>A FHIR resource of a source namespace, whatever its version.</summary>
public readonly record struct ResourceKey(string Namespace, string Type, string Id)
{
    /// <summary>The FHIR reference within the namespace, <c>{type}/{id}</c>.</summary>
    public string Reference => Type + "/" + Id;
}
