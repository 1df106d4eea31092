using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

public sealed class TransactionTests
{
    [Fact]
    public async Task A_transaction_points_references_at_the_new_ids()
    {
        await using var host = await EhrHost.Start();
        var answer = await host.Post("", Bundle("transaction", """
            {"fullUrl":"urn:uuid:c","resource":{"resourceType":"CarePlan","status":"active","intent":"proposal","subject":{"reference":"Patient/p1"},
              "supportingInfo":[{"reference":"urn:uuid:f"}]},"request":{"method":"POST","url":"CarePlan"}},
            {"fullUrl":"urn:uuid:f","resource":{"resourceType":"Flag","identifier":[{"system":"s","value":"k"}],"status":"active","code":{"text":"x"},
              "subject":{"reference":"Patient/p1"}},"request":{"method":"POST","url":"Flag","ifNoneExist":"identifier=s|k"}}
            """));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.All(answer.Entries, entry => Assert.StartsWith("201", entry["response"]!["status"]!.GetValue<string>(), StringComparison.Ordinal));
        var flag = host.Ehr.All("Flag").Single()["id"]!.GetValue<string>();
        Assert.Equal("Flag/" + flag, host.Ehr.All("CarePlan").Single()["supportingInfo"]![0]!["reference"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_transaction_that_fails_leaves_nothing_behind()
    {
        await using var host = await EhrHost.Start();
        host.Ehr.Put(Resources.Flag("k1", "f1"));
        var answer = await host.Post("", Bundle("transaction", """
            {"resource":{"resourceType":"Flag","status":"active"},"request":{"method":"POST","url":"Flag"}},
            {"resource":{"resourceType":"Flag","id":"f1","status":"inactive"},"request":{"method":"PUT","url":"Flag/f1","ifMatch":"W/\"9\""}}
            """));
        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.Status);
        Assert.Equal("active", host.Ehr.All("Flag").Single()["status"]!.GetValue<string>());
        Assert.Single(host.Ehr.History("Flag"));
    }

    [Fact]
    public async Task A_batch_answers_each_entry_for_itself()
    {
        await using var host = await EhrHost.Start();
        host.Ehr.Put(Resources.Flag("k1", "f1"));
        var answer = await host.Post("", Bundle("batch", """
            {"request":{"method":"GET","url":"Flag/f1"}},
            {"request":{"method":"GET","url":"Flag/none"}},
            {"request":{"method":"GET","url":"Flag?patient=p1"}}
            """));
        Assert.Equal(["200 OK", "404 Not Found", "200 OK"], answer.Entries.Select(entry => entry["response"]!["status"]!.GetValue<string>()));
        Assert.Equal("not-found", answer.Entries[1]["response"]!["outcome"]!["issue"]![0]!["code"]!.GetValue<string>());
        Assert.Equal(1, answer.Entries[2]["resource"]!["total"]!.GetValue<int>());
    }

    private static JsonObject Bundle(string type, string entries) =>
        JsonNode.Parse($$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{entries}}]}""")!.AsObject();
}
