using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace CarT.Fhir.R4.Reading;

/// <summary>
/// The one place that turns bytes into FHIR types and back. Members and codes that R4 does not know are no obstacle; what cannot be read is a
/// typed problem.
/// </summary>
public static class FhirJson
{
    // No validator: real servers break invariants that do not concern us, and what does concern us is checked where it is read.
    private static readonly JsonSerializerOptions Options = new JsonSerializerOptions()
        .ForFhir(ModelInfo.ModelInspector, new FhirJsonPocoDeserializerSettings { Validator = null })
        .UsingMode(DeserializerModes.BackwardsCompatible);

    /// <summary>Scans and reads a resource. Never throws for what the bytes hold.</summary>
    public static ReadResult Read(ReadOnlyMemory<byte> json)
    {
        var scan = FhirJsonScan.Scan(json);
        return scan.Problem is null ? ReadScanned(json, scan) : new ReadResult(scan.Header, ContentHash.OfBytes(json.Span), null, scan.Problem);
    }

    /// <summary>The resource as UTF-8 JSON.</summary>
    public static byte[] Write(Resource resource) => JsonSerializer.SerializeToUtf8Bytes(resource, Options);

    /// <summary>Reads bytes that have passed <see cref="FhirJsonScan"/>.</summary>
    internal static ReadResult ReadScanned(ReadOnlyMemory<byte> json, ScanResult scan)
    {
        var header = scan.Header;
        var hash = ContentHash.Of(json);
        try
        {
            var resource = JsonSerializer.Deserialize<Resource>(FhirJsonScan.WithoutMark(json).Span, Options);
            return new ReadResult(header, hash, resource, ChangedByTheSdk(scan));
        }
        catch (DeserializationFailedException failure)
        {
            var partial = failure.PartialResult as Resource;
            var problem = partial is DomainResource owner && DropUnknownContained(owner, failure) ? ChangedByTheSdk(scan) : Invalid(ElementPath.Of(failure, header.Type));
            return new ReadResult(header, hash, partial, problem);
        }
        // The last two are the Firely SDK's answer to an abstract type and to a member without a name.
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or InvalidCastException or FormatException or OverflowException
            or NotSupportedException or IndexOutOfRangeException)
        {
            return new ReadResult(header, hash, null, Invalid(header.Type ?? "resource"));
        }
    }

    /// <summary>What the SDK reads without an error and yet as something else than was sent.</summary>
    private static ReadProblem? ChangedByTheSdk(ScanResult scan) => scan.Unfaithful is { } path ? Invalid(path) : null;

    /// <summary>A contained resource of a type that is not known (a practitioner, a device) says nothing to us and is no reason to refuse its owner.</summary>
    private static bool DropUnknownContained(DomainResource owner, DeserializationFailedException failure)
    {
        if (!failure.Exceptions.All(problem => problem.ErrorCode == FhirJsonException.UNKNOWN_RESOURCE_TYPE_CODE)) return false;
        owner.Contained = [.. owner.Contained.Where(contained => contained is not null)];
        return true;
    }

    private static ReadProblem Invalid(string path) => new(ReadProblemCodes.ElementInvalid, path);
}

/// <summary>
/// Bytes that were read. With a <see cref="Problem"/> the resource is what could be read in spite of it: good enough to see that it does not
/// concern us, never to take facts from.
/// </summary>
public sealed record ReadResult(ResourceHeader Header, string ContentHash, Resource? Resource, ReadProblem? Problem);
