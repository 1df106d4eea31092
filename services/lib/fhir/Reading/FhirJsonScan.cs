using System.Text.Json;
using System.Text.Unicode;
using CarT.Fhir.R4.Facts;

namespace CarT.Fhir.R4.Reading;

/// <summary>
/// Our own pass over the bytes before any FHIR model sees them: well-formed UTF-8 JSON, an object, no property twice (of two values for one
/// element nobody can say which is meant), at most 64 levels deep. Reads the header of the resource on the way. A byte order mark is skipped.
/// </summary>
public static class FhirJsonScan
{
    public const int MaxDepth = 64;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The bytes without a UTF-8 byte order mark.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) => json.Span.StartsWith(Utf8Mark) ? json[Utf8Mark.Length..] : json;

    // One scan at a time uses it on its thread; whoever finds none makes a new one.
    [ThreadStatic]
    private static ScanPath? idlePath;

    public static ScanResult Scan(ReadOnlyMemory<byte> json)
    {
        var bytes = WithoutMark(json);
        if (!Utf8.IsValid(bytes.Span)) return Failed(new ResourceHeader(), ReadProblemCodes.NotUtf8, "resource");
        var path = idlePath ?? new ScanPath();
        idlePath = null;
        var result = Scan(bytes, path);
        path.Clear();
        idlePath = path;
        return result;
    }

    private static ScanResult Scan(ReadOnlyMemory<byte> json, ScanPath path)
    {
        var pass = new Pass(json, path);
        // One level more than we allow, so that the limit is ours to report and not the reader's.
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (pass.Take(ref reader) is { } code) return Failed(pass.Header, code, path.Text(pass.Header.Type));
            }
        }
        catch (JsonException)
        {
            return Failed(pass.Header, ReadProblemCodes.NotJson, path.Text(pass.Header.Type));
        }
        var header = pass.Header;
        return header.Type is null ? Failed(header, ReadProblemCodes.NoResourceType, "resource") : new ScanResult(header, null) { Unfaithful = pass.Unfaithful };
    }

    private static ScanResult Failed(ResourceHeader header, string code, string path) => new(header, new ReadProblem(code, path));

    private sealed class Pass(ReadOnlyMemory<byte> json, ScanPath path)
    {
        private string? type, id, status, versionId, lastUpdated, subject;

        /// <summary>What has been read so far.</summary>
        internal ResourceHeader Header => new()
        {
            Type = type,
            Id = id,
            Status = status,
            VersionId = versionId,
            LastUpdated = lastUpdated,
            Subject = subject,
        };

        /// <summary>Where the first value is that the model would read as something else.</summary>
        internal string? Unfaithful { get; private set; }

        /// <summary>Takes one token; the code of the problem, or null.</summary>
        internal string? Take(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Close();
                    return null;
                case JsonTokenType.PropertyName:
                    return Property(ref reader);
            }
            path.Value();
            return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? Open(reader.TokenType) : Scalar(ref reader);
        }

        private string? Property(ref Utf8JsonReader reader)
        {
            if (!PropertyName.TryRead(ref reader, json, out var name)) return ReadProblemCodes.NotJson;
            if (!path.Property(name)) return ReadProblemCodes.DuplicateKey;
            if (path.NotesSecondForm()) Unfaithful ??= path.Text(type);
            return null;
        }

        private string? Open(JsonTokenType token)
        {
            if (path.Depth == 0 && token != JsonTokenType.StartObject) return ReadProblemCodes.NotAnObject;
            if (path.Depth == MaxDepth) return ReadProblemCodes.TooDeep;
            path.Open(isArray: token == JsonTokenType.StartArray);
            return null;
        }

        private string? Scalar(ref Utf8JsonReader reader)
        {
            if (path.Depth == 0) return ReadProblemCodes.NotAnObject;
            if (reader.TokenType == JsonTokenType.Number && !ExactDecimal.Holds(reader.ValueSpan)) Unfaithful ??= path.Text(type);
            if (reader.TokenType != JsonTokenType.String) return null;
            if (!JsonText.IsText(ref reader)) return ReadProblemCodes.NotJson;
            if (path.Depth <= 2) Note(ref reader);
            // The SDK makes a moment of anything: midnight of a day, UTC of a time without a zone.
            if (path.IsEffectiveInstant && ClinicalTimes.Parse(reader.GetString()!).Time?.Instant is null) Unfaithful ??= path.Text(type);
            return null;
        }

        private void Note(ref Utf8JsonReader reader)
        {
            if (path.Is("resourceType"u8)) type = reader.GetString();
            else if (path.Is("id"u8)) id = reader.GetString();
            else if (path.Is("status"u8)) status = reader.GetString();
            else if (path.Is("meta"u8, "versionId"u8)) versionId = reader.GetString();
            else if (path.Is("meta"u8, "lastUpdated"u8)) lastUpdated = reader.GetString();
            else if (path.Is("subject"u8, "reference"u8)) subject = reader.GetString();
        }
    }
}
