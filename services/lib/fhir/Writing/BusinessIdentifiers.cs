using System.Security.Cryptography;
using System.Text;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.R4.Writing;

/// <summary>
/// Identifiers of what we write, made from what it is about (P11.3), so that writing twice finds the first. UUID version 5 (RFC 9562): a value
/// that needs no escaping in a search.
/// </summary>
public static class BusinessIdentifiers
{
    // Our own name space, itself the version 5 UUID of the URL "urn:cart-fhir".
    private static readonly Guid NameSpace = Uuid5(new Guid("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "urn:cart-fhir");

    /// <summary>One interval of one flag.</summary>
    /// <param name="patient">Patient with the namespace of the source.</param>
    /// <param name="code">One of <see cref="FlagCodes"/>.</param>
    /// <param name="episode">Number of the episode.</param>
    /// <param name="ordinal">Ordinal of the interval among those of its code and episode.</param>
    public static string Flag(PatientKey patient, string code, int episode, int ordinal) =>
        Of("flag", patient, code, episode.ToString(), ordinal.ToString());

    /// <summary>The care plan of one episode.</summary>
    public static string CarePlan(PatientKey patient, int episode) => Of("care-plan", patient, episode.ToString());

    private static string Of(string kind, PatientKey patient, params ReadOnlySpan<string> parts) =>
        Uuid5(NameSpace, string.Join('\u001f', [kind, patient.Namespace, patient.Id, .. parts])).ToString();

    private static Guid Uuid5(Guid nameSpace, string name)
    {
        byte[] input = [.. nameSpace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
        // RFC 9562 defines version 5 by SHA-1; it names a thing here and protects nothing.
#pragma warning disable CA5350
        var hash = SHA1.HashData(input).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
