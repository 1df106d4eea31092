using System.Globalization;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Wanted;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>Flags that the sender of the revisions knows no more, since its store was restored from a backup.</summary>
public sealed class OrphanedFlagTests
{
    private const int Sequences = 200;
    private const int RevisionsOfEach = 12;
    private static readonly string[] Codes = [FlagCodes.Relapse, FlagCodes.SeverePersistentCytopenia];

    [Fact]
    public async Task An_active_flag_that_the_newest_revision_does_not_know_is_over()
    {
        await using var steps = await WriteBackSteps.BuildAsync(["chart"]);
        await steps.WriteAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse), Revisions.Flag(FlagCodes.DataQuality, since: "2026-03-20")));
        await steps.WriteAsync(Revisions.Of(2, Revisions.Flag(FlagCodes.Relapse)));
        Assert.Equal("active inactive", steps.Chart.Statuses);
        var over = steps.Chart.Ehr.All("Flag").Single(flag => (string?)flag["status"] == "inactive");
        Assert.Equal(("2026-03-20", "2026-03-25"), ((string?)over["period"]!["start"], (string?)over["period"]!["end"]));

        var requests = steps.Chart.Requests.Count;
        await steps.WriteAsync(Revisions.Of(3, Revisions.Flag(FlagCodes.Relapse)));
        Assert.Equal(requests, steps.Chart.Requests.Count);
    }

    [Fact]
    public async Task A_flag_that_was_withdrawn_stays_as_it_was_withdrawn_when_the_newest_revision_does_not_know_it()
    {
        var flag = Revisions.Flag(FlagCodes.Relapse);
        await using var steps = await WriteBackSteps.BuildAsync(["chart"]);
        await steps.WriteAsync(Revisions.Of(1, flag));
        await steps.WriteAsync(Revisions.Of(2).Withdrawing(flag, FlagStatuses.EnteredInError));
        await steps.WriteAsync(Revisions.Of(3));
        Assert.Equal("entered-in-error", steps.Chart.Statuses);
    }

    [Fact]
    public void P11_3_No_flag_is_ever_unknown_to_a_revision_that_follows_from_the_ones_before_it()
    {
        var wanted = new WantedState(IdentifierSystems.Default, TimeZoneInfo.Utc);
        for (var seed = 0; seed < Sequences; seed++)
        {
            var random = new Random(seed);
            IReadOnlyList<PublishedFlag> published = [];
            var stored = new Dictionary<WantedKey, string>();
            for (var number = 1; number <= RevisionsOfEach; number++)
            {
                var assessment = Revisions.Of(number, FlagsBy(random)).Assessment;
                var flags = FlagHistory.Apply(published, assessment, random.Next(2) == 0 ? new HashSet<string> { "Observation/plt-1" } : []);
                published = flags.Published;
                var message = Revisions.Of(number) with { Assessment = assessment, FlagOrdinals = flags.Ordinals, Withdrawn = flags.Withdrawn };
                // Messages may be lost or come too late: each tells the whole.
                if (random.Next(3) == 0) continue;
                foreach (var change in wanted.Next(stored, message)) stored[change.Key] = change.Wanted;
                Assert.Subset(Named(message), stored.Keys.Where(key => key.Type == WantedKey.Flag).ToHashSet());
                Assert.Equal(
                    assessment.Flags.Count(flag => flag.Status == FlagStatuses.Active),
                    stored.Count(row => row.Key.Type == WantedKey.Flag && WantedState.Read(row.Value).CreateWhenAbsent));
            }
        }
    }

    private static HashSet<WantedKey> Named(AssessmentChanged message) =>
    [
        .. message.Withdrawn.Select(flag => WantedKey.ForFlag(flag.Code, flag.Episode, flag.Ordinal)),
        .. message.Assessment.Flags.Zip(message.FlagOrdinals, (flag, ordinal) => WantedKey.ForFlag(flag.Code, flag.Episode, ordinal)),
    ];

    // Intervals of each code that begin and end by chance, without overlap, as an assessment has them; the last one may be open.
    private static AssessedFlag[] FlagsBy(Random random) =>
    [
        .. Codes.SelectMany(code =>
        {
            var day = new DateOnly(2026, 3, 2 + random.Next(4));
            var flags = new List<AssessedFlag>();
            for (var left = random.Next(4); left > 0; left--)
            {
                var until = day.AddDays(1 + random.Next(5));
                flags.Add(Revisions.Flag(code, since: Text(day), until: left == 1 && random.Next(2) == 0 ? null : Text(until)));
                day = until.AddDays(1 + random.Next(4));
            }
            return flags;
        }),
    ];

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
