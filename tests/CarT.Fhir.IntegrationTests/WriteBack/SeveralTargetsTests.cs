using System.Data.Common;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>A revision is acknowledged once for all targets of its patient.</summary>
public sealed class SeveralTargetsTests
{
    [Fact]
    public async Task A_revision_is_stored_for_all_targets_or_for_none()
    {
        await using var steps = await WriteBackSteps.BuildAsync(["chart", "second"]);
        // The second row of the second target breaks it.
        await steps.ExecuteAsync("CREATE UNIQUE INDEX second_fails ON resources (target) WHERE target = 'second'");
        await Assert.ThrowsAnyAsync<DbException>(
            () => steps.WantAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse), Revisions.Flag(FlagCodes.TransfusionDependent))));
        Assert.Equal((0, 0), (await steps.CountAsync("patients"), await steps.CountAsync("resources")));

        await steps.ExecuteAsync("DROP INDEX second_fails");
        await steps.WriteAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        Assert.Equal(("active", "active"), (steps.Chart.Statuses, steps.Targets["second"].Statuses));
    }
}
