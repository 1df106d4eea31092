using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace CarT.Fhir.Listener.Hook;

/// <summary>
/// Checks the HMAC-SHA256 that a sender makes of a body: <c>X-Signature</c> in hex (Medplum), <c>X-Hub-Signature: sha256=…</c> (athenahealth). In constant
/// time; several secrets are valid at once, for rotation.
/// </summary>
internal sealed class SignatureSecret(IEnumerable<string> accepted)
{
    private const string Algorithm = "sha256=";
    private static readonly string[] HeaderNames = ["X-Signature", "X-Hub-Signature"];

    private readonly byte[][] secrets = [.. accepted.Select(Encoding.UTF8.GetBytes)];

    /// <summary>True when no secret is configured: nothing needs to be signed.</summary>
    public bool IsOpen => secrets.Length == 0;

    /// <summary>The signature in the headers, not yet checked; null when there is none that could be one.</summary>
    public static byte[]? Presented(IHeaderDictionary headers)
    {
        var text = HeaderNames.Select(name => headers[name].ToString()).FirstOrDefault(value => value.Length > 0);
        if (text is null) return null;
        if (text.StartsWith(Algorithm, StringComparison.OrdinalIgnoreCase)) text = text[Algorithm.Length..];
        var signature = new byte[HMACSHA256.HashSizeInBytes];
        return text.Length == 2 * signature.Length && Convert.FromHexString(text, signature, out _, out _) == OperationStatus.Done ? signature : null;
    }

    /// <param name="signature">As presented.</param>
    /// <param name="body">The body. Of a packed one the signature may be over the bytes as sent or as unpacked: senders differ.</param>
    public bool Accepts(byte[]? signature, HookBody body)
    {
        if (IsOpen) return true;
        if (signature is null) return false;
        var match = false;
        foreach (var secret in secrets)
        {
            match |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, body.Sent), signature);
            if (body.Bytes != body.Sent) match |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, body.Bytes), signature);
        }
        return match;
    }
}
