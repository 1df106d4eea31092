using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Wanted;

namespace CarT.Fhir.WriteBack.Reconciliation;

internal sealed class WantedForms(IdentifierSystems systems)
{
    public IWantedForm Of(Claim claim, ResourceRow row) => new TempForm(systems, claim, row);
}

internal static class ProvenanceForm
{
    public static string Write(string reference, bool created, DateTimeOffset at, IReadOnlyList<string> sources) =>
        new JsonObject { ["resourceType"] = "Provenance", ["target"] = new JsonArray(new JsonObject { ["reference"] = reference }), ["x"] = created, ["recorded"] = at.ToString("O"), ["n"] = sources.Count }.ToJsonString();

    public static bool PageSpeaksOf(FhirAnswer page, string reference) => page.BodyText(1000000).Contains('"' + reference + '"', StringComparison.Ordinal);
}

internal sealed class TempForm(IdentifierSystems systems, Claim claim, ResourceRow row) : IWantedForm
{
    private readonly WantedFlag? flag = row.Type == "Flag" ? WantedState.Read<WantedFlag>(row.Wanted) : null;

    public string Type => row.Type;

    public string System => row.Type == "Flag" ? systems.Flag : systems.CarePlan;

    public string Identifier => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{claim.Key}{row.Key}"))[..16]).ToString();

    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(New())));

    public bool CreateWhenAbsent => flag?.Flag.Status is null or "active";

    public IReadOnlyList<string> Sources => [];

    public string New() => new JsonObject
    {
        ["resourceType"] = Type,
        ["identifier"] = new JsonArray(new JsonObject { ["system"] = System, ["value"] = Identifier }),
        ["status"] = flag?.Flag.Status ?? "active",
        ["text"] = flag?.Flag.Text,
        ["subject"] = new JsonObject { ["reference"] = claim.Key.Reference },
        ["period"] = new JsonObject { ["start"] = flag?.Flag.Since.ToString("O"), ["end"] = flag?.Flag.Until?.AddDays(-1).ToString("O") },
    }.ToJsonString();

    public Judgement Judge(FoundResource found, OwnMemory memory)
    {
        if (Bare(found.Json) == Bare(New())) return new Judgement.Equal();
        if (!memory.IsOurVersion(found) && Bare(found.Json) != Bare(memory.Written) && Bare(found.Json) != Bare(memory.Sent)) return new Judgement.Leave();
        var body = JsonNode.Parse(New())!;
        body["id"] = found.Id;
        return new Judgement.Replace(body.ToJsonString());
    }

    private static string? Bare(string? json)
    {
        if (json is null) return null;
        var node = JsonNode.Parse(json)!.AsObject();
        node.Remove("id");
        node.Remove("meta");
        return node.ToJsonString();
    }
}
