using System.Net;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Typed refusals: sent where they have a resource, stored, shown, and worked again when an operator releases them.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private ListenerHost listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        listener = await ListenerHost.StartAsync(store.Path, ehr);
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task A_count_without_patient_is_refused_and_sent_so_that_an_earlier_version_leaves_its_patient()
    {
        await TakeAsync(Bodies.PlateletsWithoutPatient("plt-1"));

        var facts = await listener.NextFactsAsync();
        Assert.Null(facts.Patient);
        Assert.Equal("patient-missing", Assert.Single(Assert.Single(facts.Resources).Refusals).Code);
        var refused = Assert.Single(await listener.RefusedAsync());
        Assert.Equal(("patient-missing", "Observation/plt-1"), (refused.GetProperty("code").GetString(), refused.GetProperty("resource").GetString()));
    }

    [Fact]
    public async Task A_refused_unit_is_sent_to_the_patient_stored_and_can_be_released()
    {
        await TakeAsync(Bodies.Platelets("plt-1").Replace("10*3/uL", "furlong", StringComparison.Ordinal));
        Assert.Equal("unit-unknown", Assert.Single(Assert.Single((await listener.NextFactsAsync()).Resources).Refusals).Code);
        await listener.RowsAsync("done", 1);
        var refused = Assert.Single(await listener.RefusedAsync());

        using var answer = await ReleaseAsync(refused.GetProperty("id").GetInt64());

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await listener.NextFactsAsync();
        await listener.RowsAsync("done", 1);
        Assert.NotEqual(refused.GetProperty("id").GetInt64(), Assert.Single(await listener.RefusedAsync()).GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task A_refusal_that_does_not_exist_cannot_be_released()
    {
        using var answer = await ReleaseAsync(77);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("limit=abc")]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("after=abc")]
    public async Task A_page_that_cannot_be_is_answered_400_with_a_problem(string query)
    {
        using var answer = await listener.SendAsync(HttpMethod.Get, "/admin/refused?" + query, null, null, ListenerHost.ApiSecret);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task One_refused_entry_does_not_stop_its_neighbours()
    {
        await TakeAsync(Bodies.Notification(
            ehr.BaseUrl, "event-notification", "active", 45, [],
            Bodies.Entry($"{ehr.BaseUrl}/Observation/bad", "PUT", Bodies.Platelets("bad").Replace("\"value\":18", "\"value\":{}", StringComparison.Ordinal)),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "PUT", Bodies.Platelets("plt-1"))));

        var facts = await listener.NextFactsAsync();
        Assert.Equal(2, facts.Resources.Count);
        Assert.Single(facts.Resources.SelectMany(version => version.CellCounts));
        var refused = Assert.Single(await listener.RefusedAsync());
        Assert.Equal(("value-missing", "Observation/bad"), (refused.GetProperty("code").GetString(), refused.GetProperty("resource").GetString()));
    }

    private Task<HttpResponseMessage> ReleaseAsync(long id) =>
        listener.SendAsync(HttpMethod.Post, $"/admin/refused/{id}/release", null, null, ListenerHost.ApiSecret);

    private async Task TakeAsync(string body)
    {
        using var answer = await listener.PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
