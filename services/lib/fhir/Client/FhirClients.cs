namespace CarT.Fhir.R4.Client;

/// <summary>Makes the clients of a process, one for each FHIR server that it talks to.</summary>
/// <param name="time">Machine time of the clients.</param>
/// <param name="transport">Carries the requests to the server of a base address; null: real sockets.</param>
/// <param name="quickRetries">Quick retries of a read; none where time stands still between two steps, since a retry waits on the clock.</param>
public sealed class FhirClients(TimeProvider time, Func<Uri, HttpMessageHandler>? transport = null, int quickRetries = FhirClient.DefaultQuickRetries)
{
    /// <param name="baseUrl">Base of the server, absolute.</param>
    /// <param name="bearerToken">Fixed bearer token, or null.</param>
    public FhirClient For(string baseUrl, string? bearerToken)
    {
        var address = new Uri(baseUrl);
        return new FhirClient(address, bearerToken, time, transport?.Invoke(address), quickRetries: quickRetries);
    }
}
