using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>Facts arrive twice, late, out of order, for the wrong patient, or broken; what stands in the end is the same.</summary>
public sealed class FactsRecordedTests : IAsyncLifetime
{
    private readonly TempFolder store = new();
    private readonly WardClock clock = new(Sent.Infusion.AddDays(30));
    private ProtocolHost host = null!;

    public async ValueTask InitializeAsync() => host = await ProtocolHost.StartAsync(store, clock);

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task P11_1_The_same_message_five_times_makes_one_revision_and_five_receipts()
    {
        var message = Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000));
        for (var i = 0; i < 5; i++) await host.ApplyAsync(message);

        var revision = await host.RevisionAsync(Sent.P1, 1);
        Assert.Equal(12_000, revision.Assessment.Lineages.Platelets.Latest!.Value);
        Assert.Equal(5, host.Heard.Receipts(message.RowIds[0]));
        Assert.Equal(1, await host.QueryAsync<long>("SELECT revision FROM patients"));
        Assert.Equal(1, await host.QueryAsync<long>("SELECT facts_version FROM patients"));
    }

    [Fact]
    public async Task P3_2_An_older_version_that_arrives_after_a_newer_one_changes_nothing_and_is_kept_as_superseded()
    {
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 30_000, version: 10)));
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Platelets(Sent.P1, "a", 22, 12_000, version: 9)));

        Assert.Equal("10", await host.QueryAsync<string>("SELECT version_id FROM resources WHERE id = 'a'"));
        Assert.Equal("9", await host.QueryAsync<string>("SELECT version_id FROM superseded_versions WHERE id = 'a'"));
        Assert.Equal(1, await host.QueryAsync<long>("SELECT revision FROM patients"));
    }

    [Fact]
    public async Task P3_2_A_corrected_value_replaces_the_earlier_one_which_stays_on_record()
    {
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000)));
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Platelets(Sent.P1, "a", 22, 90_000, version: 2)));

        var revision = await host.RevisionAsync(Sent.P1, 2);
        Assert.Equal(90_000, revision.Assessment.Lineages.Platelets.Latest!.Value);
        Assert.Equal("1", await host.QueryAsync<string>("SELECT version_id FROM superseded_versions WHERE id = 'a'"));
    }

    [Fact]
    public async Task P3_2_A_result_moved_to_another_patient_leaves_the_first()
    {
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000)));
        await host.ApplyAsync(Sent.Message(Sent.P2, Sent.CarT(Sent.P2), Sent.Platelets(Sent.P2, "a", 22, 12_000, version: 2)));

        var first = await host.RevisionAsync(Sent.P1, 2);
        var second = await host.RevisionAsync(Sent.P2, 1);
        Assert.Null(first.Assessment.Lineages.Platelets.Latest);
        Assert.Equal(12_000, second.Assessment.Lineages.Platelets.Latest!.Value);
    }

    [Fact]
    public async Task P3_2_A_result_that_lost_its_patient_leaves_the_patient()
    {
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000)));
        await host.ApplyAsync(Sent.Message(null, Sent.Refused("a", null, 2, DataQualityCodes.PatientMissing)));

        Assert.Null((await host.RevisionAsync(Sent.P1, 2)).Assessment.Lineages.Platelets.Latest);
    }

    [Fact]
    public async Task P3_2_A_retraction_without_a_patient_finds_the_patient_of_the_resource()
    {
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000)));
        await host.ApplyAsync(Sent.Message(null, Sent.Retracted("a", version: 2)));

        Assert.Null((await host.RevisionAsync(Sent.P1, 2)).Assessment.Lineages.Platelets.Latest);
    }

    [Fact]
    public async Task P3_2_A_deletion_without_a_version_stands_against_the_version_that_it_ended_and_yields_to_a_later_one()
    {
        var count = Sent.Platelets(Sent.P1, "a", 22, 12_000, version: 5);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), count));
        await host.ApplyAsync(Sent.Message(null, Sent.Retracted("a", version: null)));
        await host.ApplyAsync(Sent.Message(Sent.P1, count));
        Assert.Equal(1, await host.QueryAsync<long>("SELECT retracted FROM resources WHERE id = 'a'"));

        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Platelets(Sent.P1, "a", 22, 15_000, version: 7)));
        Assert.Equal(15_000, (await host.RevisionAsync(Sent.P1, 3)).Assessment.Lineages.Platelets.Latest!.Value);
    }

    [Fact]
    public async Task P3_2_When_the_order_of_two_versions_cannot_be_told_the_same_one_wins_in_both_orders_and_it_is_said()
    {
        ResourceVersion[] twins = [Sent.Platelets(Sent.P1, "a", 22, 12_000), Sent.Platelets(Sent.P1, "a", 22, 90_000)];
        ResourceVersion[] others = [Sent.Platelets(Sent.P2, "b", 22, 12_000), Sent.Platelets(Sent.P2, "b", 22, 90_000)];
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), twins[0], twins[1]));
        await host.ApplyAsync(Sent.Message(Sent.P2, Sent.CarT(Sent.P2), others[1], others[0]));

        var expected = twins.MaxBy(twin => twin.ContentHash, StringComparer.Ordinal)!;
        var revision = await host.RevisionAsync(Sent.P1, 1);
        Assert.Equal(expected.CellCounts[0].Value, revision.Assessment.Lineages.Platelets.Latest!.Value);
        Assert.Contains(revision.Assessment.DataQuality, finding => finding is { Code: DataQualityCodes.VersionAmbiguous, Resource: "Observation/a" });
        Assert.Equal(2, await host.QueryAsync<long>("SELECT SUM(ambiguous) FROM resources"));
    }

    [Fact]
    public async Task P11_1_In_any_order_and_any_repetition_the_same_versions_give_the_same_assessment()
    {
        // One world per order: a namespace of its own, in which the same things happened to the same patient.
        var worlds = Enumerable.Range(0, 6).Select(seed => (Random: new Random(seed), Patient: new PatientKey("world" + seed, "p"))).ToList();
        foreach (var (random, patient) in worlds)
        {
            var versions = new List<ResourceVersion>
            {
                Sent.CarT(patient),
                Sent.Platelets(patient, "a", 22, 12_000), Sent.Platelets(patient, "a", 22, 14_000, version: 2), Sent.Platelets(patient, "a", 23, 14_000, version: 11),
                Sent.Platelets(patient, "b", 25, 11_000), Sent.Retracted("b", version: 2, patient),
                Sent.Platelets(patient, "c", 26, 10_000), Sent.Retracted("c", version: 2, patient), Sent.Platelets(patient, "c", 26, 9_000, version: 3),
                Sent.Platelets(patient, "d", 28, 8_000), Sent.Platelets(patient, "d", 28, 7_000),
            };
            var arrivals = versions.Concat(versions).ToArray();
            random.Shuffle(arrivals);
            foreach (var version in arrivals) await host.ApplyAsync(Sent.Message(patient, version));
        }

        var assessments = new HashSet<string>();
        foreach (var (_, patient) in worlds)
        {
            var message = await host.QueryAsync<string>("SELECT message FROM published WHERE namespace = @Namespace", patient);
            var assessment = JsonSerializer.Deserialize<AssessmentChanged>(message!, CartJson.Options)!.Assessment;
            assessments.Add(JsonSerializer.Serialize(assessment, CartJson.Options));
        }
        var one = Assert.Single(assessments);
        Assert.Contains("\"since\":\"2026-03-", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P11_3_A_flag_whose_evidence_was_retracted_is_withdrawn_as_entered_in_error()
    {
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000), Sent.Platelets(Sent.P1, "b", 25, 11_000)));
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Retracted("a", version: 2), Sent.Retracted("b", version: 2)));

        var withdrawn = (await host.RevisionAsync(Sent.P1, 2)).Withdrawn.Single(flag => flag.Code == FlagCodes.SeverePersistentCytopenia);
        Assert.Equal((FlagStatuses.EnteredInError, 1), (withdrawn.Status, withdrawn.Ordinal));
    }

    [Fact]
    public async Task P11_6_The_facts_of_a_retired_patient_join_the_survivor()
    {
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000), Sent.Platelets(Sent.P1, "b", 25, 11_000)));
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Person(Sent.P1, 1, replacedBy: "p2")));

        await host.UntilAsync(() => host.Heard.Newest(Sent.P2) > 0 && host.Heard.Newest(Sent.P1) > 1, "both patients");
        var survivor = host.Heard.Changed.Last(change => change.Patient == Sent.P2);
        var retired = host.Heard.Changed.Last(change => change.Patient == Sent.P1);
        Assert.Equal(11_000, survivor.Assessment.Lineages.Platelets.Latest!.Value);
        Assert.Equal(States.NoInfusion, retired.Assessment.State);
        Assert.DoesNotContain(retired.Assessment.Flags, flag => flag.Status == FlagStatuses.Active);
        Assert.Equal(FlagStatuses.Inactive, Assert.Single(retired.Withdrawn).Status);

        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Platelets(Sent.P1, "c", 28, 9_000)));
        await host.UntilAsync(() => host.Heard.Changed.Any(change => change.Patient == Sent.P2 && change.Assessment.Lineages.Platelets.Latest?.Value == 9_000), "late fact of the retired id");
    }

    [Fact]
    public async Task P11_6_Patients_merged_in_a_circle_keep_their_own_facts()
    {
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Person(Sent.P1, 1, "p2")));
        await host.ApplyAsync(Sent.Message(Sent.P2, Sent.CarT(Sent.P2), Sent.Person(Sent.P2, 1, "p1")));
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.Platelets(Sent.P1, "a", 22, 12_000)));

        await host.UntilAsync(() => host.Heard.Changed.Any(change => change.Patient == Sent.P1 && change.Assessment.Lineages.Platelets.Latest is not null), "own fact");
    }

    [Fact]
    public async Task A_message_that_breaks_the_contract_gets_no_receipt_and_stops_nobody()
    {
        var poison = Sent.Message(Sent.P1, Sent.CarT(Sent.P1)) with { VersionOrder = "alphabetical" };
        await host.SendAsync(poison);
        await host.SendAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P2)));
        await host.ApplyAsync(Sent.Message(Sent.P2, Sent.CarT(Sent.P2)));

        await host.RevisionAsync(Sent.P2, 1);
        Assert.Equal(0, host.Heard.Receipts(poison.RowIds[0]));
        Assert.Equal(1, await host.QueryAsync<long>("SELECT COUNT(*) FROM patients"));
    }

    [Fact]
    public async Task A_revision_carries_the_versions_of_its_evidence_and_when_the_result_was_received()
    {
        var received = new DateTimeOffset(2026, 3, 26, 9, 0, 0, TimeSpan.Zero);
        await host.ApplyAsync(
            Sent.Message(Sent.P1, Sent.CarT(Sent.P1), Sent.Platelets(Sent.P1, "a", 22, 12_000, 3), Sent.Platelets(Sent.P1, "b", 25, 11_000, 4)) with
            {
                ReceivedAt = received,
                TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            });

        var revision = await host.RevisionAsync(Sent.P1, 1);
        Assert.Equal(received, revision.ReceivedAt);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", revision.TraceParent, StringComparison.Ordinal);
        Assert.Equal(revision.Assessment.Flags.Count, revision.FlagOrdinals.Count);
        Assert.Equal("4", revision.EvidenceVersions["Observation/b"]);
    }
}
