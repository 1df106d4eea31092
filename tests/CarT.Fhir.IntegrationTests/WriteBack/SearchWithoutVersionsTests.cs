using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>A server whose search shows resources without their versions, and not always the newest.</summary>
public sealed class SearchWithoutVersionsTests : ChartingSystemTests
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flag_is_read_by_its_id_and_written_under_its_version_unless_a_clinician_changed_it(bool isEdited)
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        var shown = Chart.All("Flag")[0];
        shown["meta"]!.AsObject().Remove("versionId");
        if (isEdited) Chart.Edit(Chart.All("Flag")[0], flag => flag["status"] = "inactive");
        var conditions = new List<string>();
        Chart.On = async (context, _) =>
        {
            if (context.Request.Method == "PUT") conditions.Add(context.Request.Headers.IfMatch.ToString());
            if (context.Request is not { Method: "GET", Path.Value: "/fhir/Flag" }) return false;
            var entry = new JsonObject { ["resource"] = shown.DeepClone() };
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(
                new JsonObject { ["resourceType"] = "Bundle", ["type"] = "searchset", ["entry"] = new JsonArray(entry) }.ToJsonString()));
            return true;
        };
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, "Other words.")));
        Assert.Equal(["created", isEdited ? "left-to-clinician" : "updated"], await Host.OutcomesAsync("Flag"));
        Assert.Equal(isEdited ? "inactive" : "active", (string?)Chart.All("Flag")[0]["status"]);
        Assert.Equal(isEdited ? [] : ["W/\"1\""], conditions);
    }
}
