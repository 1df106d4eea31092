using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Listener.Subscriptions;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>What is done about a Subscription, from what is remembered and seen of it.</summary>
public sealed class SubscriptionDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly SubscriptionOptions Options = new();

    [Fact]
    public void One_that_is_not_there_is_created_and_after_a_refusal_not_at_once_again()
    {
        Assert.Equal(("missing", SubscriptionStep.Create), Of(Since("missing", 0), null));
        Assert.Equal(SubscriptionStep.Keep, Of(Since("missing", 60, tries: 8, triedMinutesAgo: 1), null).Step);
        Assert.Equal(SubscriptionStep.Create, Of(Since("missing", 60, tries: 8, triedMinutesAgo: 3), null).Step);
    }

    [Fact]
    public void One_that_is_active_and_fires_is_left_alone()
    {
        Assert.Equal(("active", SubscriptionStep.Keep), Of(Since("active", 600), "active"));
        Assert.Equal(SubscriptionStep.Renew, Decide(Since("active", 600), new SubscriptionSeen { Status = "active", IsDue = true }).Step);
        // A server that keeps another end than it was given is not asked every time.
        Assert.Equal(SubscriptionStep.Keep, Decide(Since("active", 600) with { TriedAt = Now.AddHours(-1) }, new SubscriptionSeen { Status = "active", IsDue = true }).Step);
    }

    [Theory]
    [InlineData("requested", 9, 0, 0, "requested", "Keep")]
    [InlineData("requested", 10, 0, 0, "stuck", "AskAnew")]
    [InlineData("stuck", 12, 1, 5, "stuck", "Keep")]
    [InlineData("stuck", 20, 1, 10, "stuck", "Recreate")]
    public void One_that_hangs_in_requested_is_asked_for_anew_and_then_made_again(
        string before, int minutes, int tries, int triedMinutesAgo, string state, string step)
    {
        var verdict = Of(Since(before, minutes, tries, triedMinutesAgo), "requested");
        Assert.Equal((state, step), (verdict.State, verdict.Step.ToString()));
    }

    [Fact]
    public void One_in_error_is_asked_for_anew_at_once_then_slower_and_at_last_made_again()
    {
        Assert.Equal(("error", SubscriptionStep.AskAnew), Of(Since("active", 600), "error"));
        Assert.Equal(SubscriptionStep.Keep, Of(Since("error", 3, tries: 2, triedMinutesAgo: 1), "error").Step);
        Assert.Equal(SubscriptionStep.AskAnew, Of(Since("error", 3, tries: 2, triedMinutesAgo: 2), "error").Step);
        Assert.Equal(SubscriptionStep.Recreate, Of(Since("error", 30, tries: 3, triedMinutesAgo: 20), "error").Step);
    }

    [Fact]
    public void One_that_the_server_switched_off_is_asked_for_at_once_and_one_that_a_person_switched_off_slowly()
    {
        var byServer = new SubscriptionSeen { Status = "off", HasReason = true };
        Assert.Equal(SubscriptionStep.AskAnew, Decide(Since("active", 600), byServer).Step);
        Assert.Equal(("off", SubscriptionStep.Keep), Of(Since("active", 600), "off"));
        Assert.Equal(SubscriptionStep.AskAnew, Of(Since("off", 5), "off").Step);
        Assert.Equal(SubscriptionStep.Keep, Of(Since("off", 60, tries: 4, triedMinutesAgo: 60), "off").Step);
        Assert.Equal(SubscriptionStep.AskAnew, Of(Since("off", 60, tries: 4, triedMinutesAgo: 80), "off").Step);
        Assert.Equal(SubscriptionStep.AskAnew, Of(Since("off", 9999, tries: 40, triedMinutesAgo: 24 * 60), "off").Step);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("error")]
    public void Where_the_hospital_wants_no_repair_it_is_only_reported(string status) =>
        Assert.Equal((status, SubscriptionStep.Keep), Of(Since(status, 600), status, new SubscriptionOptions { Repair = "never" }));

    [Fact]
    public void One_that_brings_nothing_while_a_poll_finds_what_it_should_have_brought_is_silent()
    {
        var quiet = new SubscriptionSeen { Status = "active", IsAtOurHook = true, LastSignAt = Now.AddHours(-7) };
        Assert.Equal("active", Decide(Since("active", 600), quiet).State);
        Assert.Equal("active", Decide(Since("active", 600), quiet with { LastSignAt = Now.AddHours(-5), FoundByPoll = 3 }).State);
        Assert.Equal(new("silent", SubscriptionStep.AskAnew), Decide(Since("active", 600), quiet with { FoundByPoll = 3 }));
        Assert.Equal(SubscriptionStep.Keep, Decide(Since("silent", 100, tries: 1, triedMinutesAgo: 300), quiet with { FoundByPoll = 3 }).Step);
        Assert.Equal(SubscriptionStep.Recreate, Decide(Since("silent", 400, tries: 1, triedMinutesAgo: 400), quiet with { FoundByPoll = 3 }).Step);
    }

    [Fact]
    public void One_that_stays_silent_is_made_again_only_for_what_it_did_not_bring_since_it_was_asked_for_anew()
    {
        var quiet = new SubscriptionSeen { Status = "active", IsAtOurHook = true, LastSignAt = Now.AddHours(-20) };
        Assert.Equal(new("silent", SubscriptionStep.Keep), Decide(Since("silent", 400, tries: 1, triedMinutesAgo: 400), quiet));
        Assert.Equal("active", Decide(Since("silent", 400, tries: 1, triedMinutesAgo: 400), quiet with { LastSignAt = Now.AddHours(-1) }).State);
    }

    [Fact]
    public void Nothing_speaks_against_one_before_it_was_served_and_asked_for()
    {
        var sign = Now.AddHours(-20);
        Assert.Equal(Now.AddHours(-10), SubscriptionDecision.QuietSince(Since("active", 600), sign, Now));
        Assert.Equal(Now.AddHours(-1), SubscriptionDecision.QuietSince(Since("active", 600, tries: 1, triedMinutesAgo: 60), sign, Now));
        Assert.Equal(Now, SubscriptionDecision.QuietSince(Since("error", 600), sign, Now));
        Assert.Equal(sign, SubscriptionDecision.QuietSince(Since("silent", 600), sign, Now));
    }

    [Fact]
    public void One_create_in_five_minutes_and_after_three_that_nobody_shows_none()
    {
        var missing = Since("missing", 60, tries: 2, triedMinutesAgo: 4);
        Assert.Equal(SubscriptionStep.Create, Of(missing, null).Step);
        Assert.Equal(SubscriptionStep.Keep, Of(missing with { CreatedAt = Now.AddMinutes(-4) }, null).Step);
        Assert.Equal(SubscriptionStep.Create, Of(missing with { CreatedAt = Now.AddMinutes(-5) }, null).Step);
        Assert.Equal(("unseen", SubscriptionStep.Keep), Of(missing with { CreatedAt = Now.AddDays(-9), Unshown = 3 }, null));
        Assert.Equal(new("unseen", SubscriptionStep.Keep), Decide(missing, new SubscriptionSeen { IsHidden = true }));
        Assert.False(SubscriptionDecision.IsReadDue(Since("unseen", 900) with { AskedAt = Now.AddHours(-23) }, Now));
        Assert.True(SubscriptionDecision.IsReadDue(Since("unseen", 900) with { AskedAt = Now.AddHours(-24) }, Now));
    }

    [Theory]
    [InlineData("active", "auto", "Renew")]
    [InlineData("requested", "auto", "Renew")]
    [InlineData("error", "auto", "Renew")]
    [InlineData("error", "never", "Keep")]
    [InlineData("off", "auto", "Keep")]
    public void Another_secret_is_written_at_the_next_look_whatever_was_done_before(string status, string repair, string step)
    {
        var seen = new SubscriptionSeen { Status = status, IsAtOurHook = true, HasFormerHook = true };
        var memory = Since(status, 5, tries: 1, triedMinutesAgo: 0);
        Assert.Equal(step, SubscriptionDecision.Of(memory, seen, new SubscriptionOptions { Repair = repair }, Now).Step.ToString());
    }

    [Fact]
    public void What_may_not_be_deleted_or_may_be_somebody_elses_is_not_made_again()
    {
        var broken = Since("error", 30, tries: 3, triedMinutesAgo: 20);
        Assert.Equal(SubscriptionStep.AskAnew, Of(broken with { DeletesRefused = true }, "error").Step);
        Assert.Equal(SubscriptionStep.AskAnew, Decide(broken, new SubscriptionSeen { Status = "error" }).Step);
    }

    [Fact]
    public void An_overdue_heartbeat_is_asked_about_once_in_its_period()
    {
        var seen = new SubscriptionSeen { Status = "active", Heartbeat = TimeSpan.FromMinutes(5), HeardAt = Now.AddMinutes(-5) };
        Assert.Equal(SubscriptionStep.Keep, Decide(Since("active", 600), seen).Step);
        Assert.Equal(SubscriptionStep.AskStatus, Decide(Since("active", 600), seen with { HeardAt = Now.AddMinutes(-7) }).Step);
        Assert.Equal(SubscriptionStep.Keep, Decide(Since("active", 600) with { AskedAt = Now.AddMinutes(-2) }, seen with { HeardAt = Now.AddMinutes(-7) }).Step);
    }

    [Fact]
    public void After_a_day_of_health_earlier_repairs_say_nothing()
    {
        Assert.True(SubscriptionDecision.IsSettled(Since("active", 24 * 60), Now));
        Assert.False(SubscriptionDecision.IsSettled(Since("active", 60), Now));
        Assert.False(SubscriptionDecision.IsSettled(Since("off", 24 * 60), Now));
    }

    private static (string State, SubscriptionStep Step) Of(Supervised memory, string? status, SubscriptionOptions? options = null)
    {
        var verdict = SubscriptionDecision.Of(memory, new SubscriptionSeen { Status = status, IsAtOurHook = true }, options ?? Options, Now);
        return (verdict.State, verdict.Step);
    }

    private static SubscriptionVerdict Decide(Supervised memory, SubscriptionSeen seen) => SubscriptionDecision.Of(memory, seen, Options, Now);

    private static Supervised Since(string state, int minutes, int tries = 0, int triedMinutesAgo = 0) => new("main", "Observation?")
    {
        Reference = "Subscription/s1",
        State = state,
        Since = Now.AddMinutes(-minutes),
        MadeAt = Now.AddDays(-3),
        Tries = tries,
        TriedAt = tries > 0 ? Now.AddMinutes(-triedMinutesAgo) : null,
    };
}
