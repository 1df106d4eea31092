using System.Security.Cryptography;
using System.Text;

namespace CarT.Fhir.Hosting;

/// <summary>Checks a bearer secret in constant time. Several are valid at once, for rotation.</summary>
public sealed class BearerSecret(IEnumerable<string> accepted)
{
    private const string Scheme = "Bearer ";

    // Hashes have one length, so that the comparison does not tell the length of the secret.
    private readonly byte[][] hashes = [.. accepted.Select(secret => SHA256.HashData(Encoding.UTF8.GetBytes(secret)))];

    /// <summary>True when no secret is configured: the route is open.</summary>
    public bool IsOpen => hashes.Length == 0;

    /// <param name="authorization">The value of the Authorization header, or null.</param>
    public bool Accepts(string? authorization)
    {
        if (IsOpen) return true;
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        var presented = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim()));
        var match = false;
        foreach (var hash in hashes) match |= CryptographicOperations.FixedTimeEquals(hash, presented);
        return match;
    }
}
