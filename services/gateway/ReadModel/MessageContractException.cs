namespace CarT.Fhir.Gateway.ReadModel;

/// <summary>A message breaks its contract. It goes to the error queue; the text names the member, never its value.</summary>
public sealed class MessageContractException(string message) : Exception(message);
