using CarT.Fhir.Listener.Storing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>The history of a patient at first sight, fetched turn by turn from a source that misbehaves.</summary>
public sealed class BackfillTests : IAsyncLifetime
{
    private const string Labs = "Observation?code=http://loinc.org|777-3";
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private SubscriptionSteps listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        ehr.OnSearch = search => Found(search.StartsWith("Observation", StringComparison.Ordinal) ? [Bodies.Platelets("plt-" + PatientOf(search), PatientOf(search))] : []);
        listener = await SubscriptionSteps.BuildAsync(store.Path, ehr, "none");
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01")]
    [InlineData("0001-01-09", "0001-01-01")]
    [InlineData("9999-12-31", "9999-12-10")]
    public async Task An_infusion_of_a_mistyped_date_blocks_no_history(string performed, string since)
    {
        await InfusedAsync("p1", performed);
        await InfusedAsync("p2");

        await listener.BackfillAsync();
        await listener.BackfillAsync();

        Assert.Contains($"{Labs}&patient=p1&date=ge{since}", ehr.Searches);
        Assert.Equal(("fetched", "fetched"), (await listener.BackfillStateAsync("p1"), await listener.BackfillStateAsync("p2")));
    }

    [Fact]
    public async Task One_history_that_cannot_be_fetched_for_a_cause_of_ours_is_put_off_and_the_next_is_fetched()
    {
        await InfusedAsync("p1");
        await InfusedAsync("p2");
        await store.ExecuteAsync("UPDATE backfills SET infused_on = 'not a day' WHERE patient_id = 'p1'");

        await listener.BackfillAsync();
        await listener.BackfillAsync();

        Assert.Equal(("requested", "fetched"), (await listener.BackfillStateAsync("p1"), await listener.BackfillStateAsync("p2")));
        Assert.Equal("FormatException", (await listener.BackfillsAsync())!.Fault);
    }

    [Fact]
    public async Task A_search_that_fails_for_one_patient_for_ever_holds_up_no_other_and_is_asked_on()
    {
        var found = ehr.OnSearch!;
        ehr.OnSearch = search => search.StartsWith("Observation", StringComparison.Ordinal) && PatientOf(search) == "p1" ? Results.StatusCode(500) : found(search);
        await InfusedAsync("p1");
        await InfusedAsync("p2");
        await listener.BackfillAsync();
        await listener.BackfillAsync();
        await EndAsync();
        Assert.Equal(("requested", "done"), (await listener.BackfillStateAsync("p1"), await listener.BackfillStateAsync("p2")));
        Assert.Equal((1, 0), await WaitingAsync());

        for (var turn = 0; turn < 5; turn++) await listener.BackfillAsync(minutesLater: 13);
        Assert.Equal((1, 1), await WaitingAsync());
        Assert.Equal("Observation: status 500", (await listener.BackfillsAsync())!.Fault);

        ehr.OnSearch = found;
        await listener.BackfillAsync(minutesLater: 13);
        await EndAsync();
        Assert.Equal("done", await listener.BackfillStateAsync("p1"));
        Assert.Null(await listener.BackfillsAsync());
    }

    [Fact]
    public async Task A_search_that_is_refused_is_a_gap_and_the_rest_is_fetched()
    {
        var found = ehr.OnSearch!;
        ehr.OnSearch = search => search.StartsWith("Patient", StringComparison.Ordinal) ? Results.StatusCode(403) : found(search);
        await InfusedAsync("p1");

        await listener.BackfillAsync();
        await EndAsync();

        Assert.Equal("done", await listener.BackfillStateAsync("p1"));
        var counts = (await listener.BackfillsAsync())!;
        Assert.Equal((0, 1, "Patient"), (counts.Waiting, counts.Incomplete, counts.Missing));
    }

    [Fact]
    public async Task A_credential_that_is_not_accepted_is_no_gap()
    {
        ehr.OnSearch = _ => Results.StatusCode(401);
        await InfusedAsync("p1");

        await listener.BackfillAsync();

        Assert.Equal("requested", await listener.BackfillStateAsync("p1"));
    }

    [Fact]
    public async Task The_history_that_was_asked_for_first_is_fetched_first()
    {
        foreach (var patient in (string[])["p3", "p1", "p2"]) await InfusedAsync(patient);

        while (await listener.BackfillAsync())
        {
        }

        Assert.Equal(["p3", "p1", "p2"], ehr.Searches.Where(search => search.StartsWith("Observation", StringComparison.Ordinal)).Select(PatientOf));
    }

    [Fact]
    public async Task A_source_that_does_not_answer_is_left_alone_and_its_histories_come_when_it_does()
    {
        await InfusedAsync("p1");
        ehr.Hang();
        using (var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listener.BackfillAsync(cancel: impatient.Token));
        Assert.Equal("requested", await listener.BackfillStateAsync("p1"));
        listener.Source.Pause.Failed(wish: null);
        var asked = ehr.Searches.Count;
        Assert.False(await listener.BackfillAsync());
        Assert.Equal(asked, ehr.Searches.Count);

        ehr.Recover();
        await listener.BackfillAsync(minutesLater: 1);

        Assert.Equal("fetched", await listener.BackfillStateAsync("p1"));
    }

    private Task InfusedAsync(string patient, string performed = "2026-11-01T10:00:00Z") => listener.HearAsync(
        $$$"""
        {"resourceType":"Procedure","id":"cart-{{{patient}}}","meta":{"versionId":"1","lastUpdated":"2026-11-22T06:00:00Z"},"status":"completed",
         "subject":{"reference":"Patient/{{{patient}}}"},"performedDateTime":"{{{performed}}}",
         "code":{"coding":[{"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"XW033J7"}]}}
        """,
        NotificationKind.Resource);

    /// <summary>What was fetched is worked and receipted, and the back-fills look whether they are done.</summary>
    private async Task EndAsync()
    {
        await listener.WorkAsync();
        await listener.ReceiptAsync();
        await listener.BackfillAsync();
        await listener.ReceiptAsync();
    }

    private async Task<(long Waiting, long Overdue)> WaitingAsync() =>
        await listener.BackfillsAsync() is { } counts ? (counts.Waiting, counts.Overdue) : (0, 0);

    private static string PatientOf(string search) => search.Split('&', '?').Select(part => part.Split('=')).First(part => part[0] is "patient" or "_id")[1];

    private static IResult Found(params string[] resources) => Results.Text(
        $$"""{"resourceType":"Bundle","type":"searchset","entry":[{{string.Join(',', resources.Select(resource => $"{{\"resource\":{resource}}}"))}}]}""",
        "application/fhir+json");
}
