using System.Text.Json;

namespace CarT.Fhir.WriteBack.Targets;

/// <summary>
/// What a server says that it lets us write. Capability statements err in both directions: under strategy <c>auto</c> nothing is sent that one rules out,
/// and <c>flag-careplan</c> is for servers that take more than they say.
/// </summary>
/// <param name="CanWriteFlag">It lists create and update of Flag.</param>
/// <param name="CanWriteCarePlan">It lists create and update of CarePlan.</param>
internal sealed record DeclaredWrites(bool CanWriteFlag, bool CanWriteCarePlan)
{
    /// <summary>Reads a CapabilityStatement; null when the bytes are none.</summary>
    public static DeclaredWrites? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.GetProperty("resourceType").GetString() != "CapabilityStatement") return null;
            var resources = Items(document.RootElement, "rest").SelectMany(rest => Items(rest, "resource")).ToList();
            return new DeclaredWrites(CanWrite(resources, "Flag"), CanWrite(resources, "CarePlan"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static bool CanWrite(List<JsonElement> resources, string type)
    {
        var interactions = resources.Where(resource => resource.GetProperty("type").ValueEquals(type))
            .SelectMany(resource => Items(resource, "interaction")).Select(interaction => interaction.GetProperty("code").GetString()).ToHashSet();
        return interactions.Contains("create") && interactions.Contains("update");
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var array) ? array.EnumerateArray() : default;
}
