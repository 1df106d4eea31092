using CarT.Fhir.Contracts;

namespace CarT.Fhir.Protocol.Facts;

/// <summary>The newest known version of a resource. <see cref="Ambiguous"/>: which version is newest could not be told for certain (P3.2).</summary>
internal sealed record StoredVersion(ResourceVersion Version, bool Ambiguous);
