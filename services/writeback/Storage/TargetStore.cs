using System.Data.Common;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;
using Dapper;

namespace CarT.Fhir.WriteBack.Storage;

/// <summary>What is known of each target as a whole: pauses, capabilities, what waits.</summary>
internal sealed class TargetStore(CartDatabase database, TimeProvider time)
{
    // A target that the configuration did not name before wants what another target of the same patients wants, of each patient that it lacks: nobody
    // shall wait for the patient's next revision. What is over was never written there and comes along, so that it is closed under a target's new name.
    private const string OfOtherTarget =
        """
        other.namespace = @Namespace
          AND other.target = (SELECT newest.target FROM patients newest WHERE newest.namespace = other.namespace AND newest.patient = other.patient
                              ORDER BY newest.revision DESC, newest.target LIMIT 1)
          AND NOT EXISTS (SELECT 1 FROM patients own WHERE own.namespace = other.namespace AND own.patient = other.patient AND own.target = @Name)
        """;

    private const string Seed =
        $"""
        INSERT INTO resources (namespace, patient, target, type, code, episode, ordinal, wanted)
        SELECT other.namespace, other.patient, @Name, other.type, other.code, other.episode, other.ordinal, other.wanted FROM resources other WHERE {OfOtherTarget};
        INSERT INTO patients (namespace, patient, target, revision, settled_revision, settled_mode, attempts, next_attempt_ticks, lease_until_ticks)
        SELECT other.namespace, other.patient, @Name, other.revision, 0, '', 0, @Now, 0 FROM patients other WHERE {OfOtherTarget}
        """;

    // One that lies farther ahead than any pause lasts is of a clock that was set back since.
    private const string PausedUntil = "CASE WHEN paused_until_ticks <= @LatestPause THEN paused_until_ticks ELSE 0 END";
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(75);

    private const string NothingRuledOut = "flag_ruled_out_ticks = NULL, care_plan_ruled_out_ticks = NULL, provenance_ruled_out_ticks = NULL";

    // What is settled stays so; with its patient due, the Provenance is sent.
    private const string ReopenProvenance =
        $"""
        UPDATE patients SET {WriteBackStore.Reopened}
        WHERE target = @Name AND EXISTS (SELECT 1 FROM resources r JOIN provenances p ON p.resource_id = r.id
                                         WHERE r.namespace = patients.namespace AND r.patient = patients.patient AND r.target = patients.target
                                           AND p.outcome = 'provenance-refused');
        UPDATE provenances SET outcome = NULL, tries = 1
        WHERE outcome = 'provenance-refused' AND resource_id IN (SELECT id FROM resources WHERE target = @Name)
        """;

    /// <summary>
    /// Knows the target from now on. What was only decided in shadow becomes due again when the target is live, and so does what was refused, since
    /// whoever starts us may have mended the reason. Leases that stand in a store of one process are of one that died, and nobody shall wait for them to
    /// run out.
    /// </summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="patients">Namespace of its patients.</param>
    /// <param name="mode"><c>live</c> or <c>shadow</c>.</param>
    /// <param name="cancel">Cancels before the commit.</param>
    public Task RegisterAsync(string target, string patients, string mode, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            await SqlDialect.Of(connection).LockAsync(connection, transaction, "targets");
            await connection.ExecuteAsync(Seed, new { Name = target, Namespace = patients, Now = time.GetUtcNow().UtcTicks }, transaction);
            await connection.ExecuteAsync("INSERT INTO targets (name) VALUES (@Name) ON CONFLICT (name) DO NOTHING", new { Name = target }, transaction);
            if (!database.IsShared) await FreeLeasesAsync(connection, transaction, target);
            await connection.ExecuteAsync(
                """
                UPDATE patients SET settled_revision = 0, wanted_ticks = @Now WHERE target = @Name AND settled_mode NOT IN ('', @Mode);
                UPDATE patients SET look_again_ticks = NULL WHERE target = @Name AND @Mode <> 'live'
                """,
                new { Name = target, Mode = mode, Now = time.GetUtcNow().UtcTicks }, transaction);
            await ReopenAsync(connection, transaction, target);
        }, cancel);

    /// <summary>
    /// Ends a pause and what was ruled out, and makes due at once what was refused, Provenance included, and what waits for a later attempt. Returns how
    /// many patients that are.
    /// </summary>
    public Task<int> RetryAsync(string target, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var row = new { Name = target, Now = time.GetUtcNow().UtcTicks };
            await connection.ExecuteAsync($"UPDATE targets SET paused_until_ticks = 0, {NothingRuledOut} WHERE name = @Name", row, transaction);
            await ReopenAsync(connection, transaction, target);
            await connection.ExecuteAsync(ReopenProvenance, row, transaction);
            return await connection.ExecuteAsync(
                "UPDATE patients SET attempts = 0, next_attempt_ticks = @Now WHERE target = @Name AND settled_revision < revision", row, transaction);
        }, cancel);

    /// <summary>Nothing is sent to the target before <paramref name="until"/>. A longer pause stands.</summary>
    public Task PauseAsync(string target, DateTimeOffset until, string reason, CancellationToken cancel) =>
        UpdateAsync(
            "paused_until_ticks = @Ticks, pause_reason = @Text", $"AND {PausedUntil} < @Ticks",
            new { Name = target, Ticks = until.UtcTicks, Text = reason, LatestPause }, cancel);

    /// <summary>When the pause of the target ends; in the past when it is not paused.</summary>
    public async Task<DateTimeOffset> PausedUntilAsync(string target, CancellationToken cancel) =>
        At(await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long>($"SELECT {PausedUntil} FROM targets WHERE name = @Name", new { Name = target, LatestPause }), cancel));

    /// <summary>The target took a write or answered that nothing is to be done.</summary>
    public Task SucceededAsync(string target, CancellationToken cancel) =>
        UpdateAsync("last_success_ticks = @Ticks", "", new { Name = target, Ticks = time.GetUtcNow().UtcTicks }, cancel);

    /// <summary>Whether the target did so within the time before now.</summary>
    public async Task<bool> SucceededWithinAsync(string target, TimeSpan before, CancellationToken cancel) =>
        (await TargetAsync(target, cancel)).LastSuccessTicks is { } last && time.GetUtcNow() - At(last) is var since && since >= TimeSpan.Zero && since < before;

    /// <summary>
    /// Keeps what the capability statement said; <paramref name="canWriteFlag"/> and the other are null when it could not be read. A type that it says
    /// can be written is no longer ruled out.
    /// </summary>
    public Task ProbedAsync(string target, string outcome, bool? canWriteFlag, bool? canWriteCarePlan, CancellationToken cancel) =>
        UpdateAsync(
            """
            probed_ticks = @Ticks, probe_outcome = @Text, can_write_flag = COALESCE(@Flag, can_write_flag), can_write_care_plan = COALESCE(@CarePlan, can_write_care_plan),
            flag_ruled_out_ticks = CASE WHEN @Flag = 1 THEN NULL ELSE flag_ruled_out_ticks END,
            care_plan_ruled_out_ticks = CASE WHEN @CarePlan = 1 THEN NULL ELSE care_plan_ruled_out_ticks END
            """,
            "",
            new { Name = target, Ticks = time.GetUtcNow().UtcTicks, Text = outcome, Flag = Number(canWriteFlag), CarePlan = Number(canWriteCarePlan) },
            cancel);

    /// <summary>The target says of a write that it does not support it: resources of this type are not sent for <see cref="TargetRow.RuledOutFor"/>.</summary>
    public Task RuleOutAsync(string target, string type, CancellationToken cancel) =>
        UpdateAsync($"{ColumnOf(type)} = @Ticks", "", new { Name = target, Ticks = time.GetUtcNow().UtcTicks }, cancel);

    /// <summary>How many patients of the target wait for something to be written.</summary>
    public Task<long> WaitingAsync(string target, CancellationToken cancel) =>
        database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long>(
                "SELECT COUNT(*) FROM patients WHERE target = @Name AND settled_revision < revision", new { Name = target }), cancel);

    /// <summary>How many patients of all targets wait for something to be written.</summary>
    public Task<long> CountWaitingAsync(CancellationToken cancel) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM patients WHERE settled_revision < revision"), cancel);

    /// <summary>Since when the patient who has waited longest for a write waits, UTC ticks; null when nobody does.</summary>
    public Task<long?> OldestWaitingTicksAsync(CancellationToken cancel) =>
        database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long?>("SELECT MIN(wanted_ticks) FROM patients WHERE settled_revision < revision"), cancel);

    public Task<TargetRow> TargetAsync(string target, CancellationToken cancel) =>
        database.ReadAsync(
            connection => connection.QuerySingleAsync<TargetRow>(
                $"""
                SELECT {PausedUntil} AS PausedUntilTicks, pause_reason AS PauseReason, last_success_ticks AS LastSuccessTicks, probed_ticks AS ProbedTicks,
                    probe_outcome AS ProbeOutcome, can_write_flag AS CanWriteFlag, can_write_care_plan AS CanWriteCarePlan,
                    flag_ruled_out_ticks AS FlagRuledOutTicks, care_plan_ruled_out_ticks AS CarePlanRuledOutTicks,
                    provenance_ruled_out_ticks AS ProvenanceRuledOutTicks
                FROM targets WHERE name = @Name
                """,
                new { Name = target, LatestPause }),
            cancel);

    private static long? Number(bool? value) => value is null ? null : value.Value ? 1 : 0;

    private static string ColumnOf(string type) => type switch
    {
        WantedKey.Flag => "flag_ruled_out_ticks",
        WantedKey.CarePlan => "care_plan_ruled_out_ticks",
        _ => "provenance_ruled_out_ticks",
    };

    private long LatestPause => (time.GetUtcNow() + LongestPause).UtcTicks;

    private static Task<int> FreeLeasesAsync(DbConnection connection, DbTransaction transaction, string target) =>
        connection.ExecuteAsync(
            "UPDATE patients SET lease_owner = NULL, lease_until_ticks = 0 WHERE target = @Name AND lease_owner IS NOT NULL", new { Name = target }, transaction);

    private async Task ReopenAsync(DbConnection connection, DbTransaction transaction, string target)
    {
        var row = new { Name = target, Now = time.GetUtcNow().UtcTicks };
        await connection.ExecuteAsync(
            $"""
            UPDATE patients SET {WriteBackStore.Reopened}
            WHERE target = @Name AND EXISTS (SELECT 1 FROM resources r WHERE r.namespace = patients.namespace AND r.patient = patients.patient
                                               AND r.target = patients.target AND r.outcome = 'refused' AND r.settled_hash IS NOT NULL)
            """,
            row, transaction);
        await connection.ExecuteAsync("UPDATE resources SET settled_hash = NULL WHERE target = @Name AND outcome = 'refused'", row, transaction);
    }

    private Task<int> UpdateAsync(string set, string condition, object parameters, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync($"UPDATE targets SET {set} WHERE name = @Name {condition}", parameters, transaction), cancel);

    internal static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>A row of <c>targets</c>.</summary>
internal sealed class TargetRow
{
    /// <summary>How long one answer speaks for a whole type: a deployment in front of the target answers like a server that lacks it.</summary>
    public static readonly TimeSpan RuledOutFor = TimeSpan.FromMinutes(15);

    public long PausedUntilTicks { get; init; }

    public string? PauseReason { get; init; }

    public long? LastSuccessTicks { get; init; }

    public long? ProbedTicks { get; init; }

    public string? ProbeOutcome { get; init; }

    public bool? CanWriteFlag { get; init; }

    public bool? CanWriteCarePlan { get; init; }

    public long? FlagRuledOutTicks { get; init; }

    public long? CarePlanRuledOutTicks { get; init; }

    public long? ProvenanceRuledOutTicks { get; init; }

    /// <summary>
    /// Whether resources of this type are not sent: the target answered one with "not supported" a short while ago, or its statement rules them out and
    /// the strategy heeds it.
    /// </summary>
    public bool IsNotWritable(Target target, string type, DateTimeOffset now) => IsRuledOut(type, now) || (target.HeedsCapabilities && DeclaresNo(type));

    // One from the time ahead is of a clock that was set back since.
    private bool IsRuledOut(string type, DateTimeOffset now) =>
        RuledOutTicks(type) is { } ticks && TargetStore.At(ticks) <= now && now < TargetStore.At(ticks) + RuledOutFor;

    private long? RuledOutTicks(string type) => type switch
    {
        WantedKey.Flag => FlagRuledOutTicks,
        WantedKey.CarePlan => CarePlanRuledOutTicks,
        _ => ProvenanceRuledOutTicks,
    };

    // Null while it is not known. Of Provenance nothing is read: an answer tells.
    private bool DeclaresNo(string type) => (type == WantedKey.Flag && CanWriteFlag == false) || (type == WantedKey.CarePlan && CanWriteCarePlan == false);
}
