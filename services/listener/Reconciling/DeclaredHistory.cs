using System.Text.Json;
using CarT.Fhir.Listener.Notifications;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>The resource types of which a server says that it tells the history (interaction <c>history-type</c> of its CapabilityStatement). Pure.</summary>
internal static class DeclaredHistory
{
    /// <summary>Null where the bytes are no CapabilityStatement: then nothing was said.</summary>
    public static IReadOnlySet<string>? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.Text("resourceType") != "CapabilityStatement") return null;
            return document.RootElement.Member("rest").Items().SelectMany(rest => rest.Member("resource").Items())
                .Where(resource => resource.Member("interaction").Items().Any(interaction => interaction.Text("code") == "history-type"))
                .Select(resource => resource.Text("type")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
