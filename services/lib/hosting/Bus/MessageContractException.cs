namespace CarT.Fhir.Hosting.Bus;

/// <summary>A message breaks its contract. It goes to the error queue and stops nobody; the text names the member, never its value.</summary>
public sealed class MessageContractException(string message) : Exception(message);
