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
        await steps.ExecuteAsync("CREATE TRIGGER second_fails BEFORE INSERT ON resources WHEN NEW.target = 'second' BEGIN SELECT RAISE(ABORT, 'no'); END");
        await Assert.ThrowsAnyAsync<DbException>(() => steps.WantAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse))));
        Assert.Equal((0, 0), (await steps.CountAsync("patients"), await steps.CountAsync("resources")));

        await steps.ExecuteAsync("DROP TRIGGER second_fails");
        await steps.WriteAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        Assert.Equal(("active", "active"), (steps.Chart.Statuses, steps.Targets["second"].Statuses));
    }
}
