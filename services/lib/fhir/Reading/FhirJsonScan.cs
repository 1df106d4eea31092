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

    public static ScanResult Scan(ReadOnlyMemory<byte> json)
    {
        var bytes = WithoutMark(json).Span;
        if (!Utf8.IsValid(bytes)) return Failed(new ResourceHeader(), ReadProblemCodes.NotUtf8, "resource");
        var pass = new Pass();
        // One level more than we allow, so that the limit is ours to report and not the reader's.
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (pass.Take(ref reader) is { } code) return Failed(pass.Header, code, pass.Path.Text(pass.Header.Type));
            }
        }
        catch (JsonException)
        {
            return Failed(pass.Header, ReadProblemCodes.NotJson, pass.Path.Text(pass.Header.Type));
        }
        return pass.Header.Type is null
            ? Failed(pass.Header, ReadProblemCodes.NoResourceType, "resource")
            : new ScanResult(pass.Header, null) { Unfaithful = pass.Unfaithful };
    }

    private static ScanResult Failed(ResourceHeader header, string code, string path) => new(header, new ReadProblem(code, path));

    private sealed class Pass
    {
        private readonly NameTable names = new();

        internal ScanPath Path { get; } = new();

        internal ResourceHeader Header { get; private set; } = new();

        internal string? Unfaithful { get; private set; }

        /// <summary>Takes one token; the code of the problem, or null.</summary>
        internal string? Take(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    Path.Close();
                    return null;
                case JsonTokenType.PropertyName:
                    return Property(ref reader);
            }
            Path.Value();
            return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? Open(reader.TokenType) : Scalar(ref reader);
        }

        private string? Property(ref Utf8JsonReader reader)
        {
            if (!names.TryRead(ref reader, out var name)) return ReadProblemCodes.NotJson;
            if (!Path.Property(name)) return ReadProblemCodes.DuplicateKey;
            if (Path.NotesSecondForm()) Unfaithful ??= Path.Text(Header.Type);
            return null;
        }

        private string? Open(JsonTokenType token)
        {
            if (Path.Depth == 0 && token != JsonTokenType.StartObject) return ReadProblemCodes.NotAnObject;
            if (Path.Depth == MaxDepth) return ReadProblemCodes.TooDeep;
            Path.Open(isArray: token == JsonTokenType.StartArray);
            return null;
        }

        private string? Scalar(ref Utf8JsonReader reader)
        {
            if (Path.Depth == 0) return ReadProblemCodes.NotAnObject;
            if (reader.TokenType == JsonTokenType.Number && !ExactDecimal.Holds(reader.ValueSpan)) Unfaithful ??= Path.Text(Header.Type);
            if (reader.TokenType != JsonTokenType.String) return null;
            if (Path.Depth <= 2 || Path.IsEffectiveInstant) return Note(ref reader);
            return !reader.ValueIsEscaped || NameTable.IsText(ref reader) ? null : ReadProblemCodes.NotJson;
        }

        private string? Note(ref Utf8JsonReader reader)
        {
            if (!NameTable.IsText(ref reader)) return ReadProblemCodes.NotJson;
            if (Path.Is("resourceType")) Header = Header with { Type = reader.GetString() };
            else if (Path.Is("id")) Header = Header with { Id = reader.GetString() };
            else if (Path.Is("status")) Header = Header with { Status = reader.GetString() };
            else if (Path.Is("meta", "versionId")) Header = Header with { VersionId = reader.GetString() };
            else if (Path.Is("meta", "lastUpdated")) Header = Header with { LastUpdated = reader.GetString() };
            else if (Path.Is("subject", "reference")) Header = Header with { Subject = reader.GetString() };
            // The SDK makes a moment of anything: midnight of a day, UTC of a time without a zone.
            else if (Path.IsEffectiveInstant && ClinicalTimes.Parse(reader.GetString()!).Time?.Instant is null) Unfaithful ??= Path.Text(Header.Type);
            return null;
        }
    }
}
