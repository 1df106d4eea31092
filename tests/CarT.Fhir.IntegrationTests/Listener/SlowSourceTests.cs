using System.Net;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>A source that accepts questions and never answers.</summary>
public sealed class SlowSourceTests : IAsyncLifetime
{
    private const int Asking = 60;
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private ListenerHost listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        listener = await ListenerHost.StartAsync(store.Path, ehr);
        ehr.Hang();
        for (var i = 0; i < Asking; i++)
        {
            var id = "ask-" + i;
            ehr.Resources["Observation/" + id] = Bodies.Platelets(id, "p" + i);
            await TakeAsync(ehr.Resources["Observation/" + id].Replace("\"versionId\":\"1\",", "", StringComparison.Ordinal));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task A_complete_result_does_not_wait_behind_those_that_need_an_answer()
    {
        await TakeAsync(Bodies.Platelets("complete", "p-complete"));

        var facts = await listener.NextFactsAsync().WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("Observation/complete", Assert.Single(facts.Resources).Resource.Reference);
    }

    [Fact]
    public async Task A_source_that_never_answers_is_left_alone_for_a_while()
    {
        await ListenerHost.UntilAsync(async () => (await listener.SourceAsync()).GetProperty("retrying").GetInt64() > 0);

        Assert.InRange(ehr.Reads.Distinct().Count(), 1, Asking / 2);
        await TakeAsync(Bodies.Platelets("complete", "p-complete"));
        Assert.Equal("Observation/complete", Assert.Single((await listener.NextFactsAsync()).Resources).Resource.Reference);
    }

    [Fact]
    public async Task When_it_answers_again_nothing_was_lost()
    {
        ehr.Recover();

        await listener.RowsAsync("done", Asking);
    }

    private async Task TakeAsync(string body)
    {
        using var answer = await listener.PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
