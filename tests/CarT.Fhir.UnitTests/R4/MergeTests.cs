using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;
using Xunit;

namespace CarT.Fhir.UnitTests.R4;

/// <summary>P11.5: a clinician's hand on our Flag or care plan is respected.</summary>
public sealed class MergeTests
{
    private const string Review = ActivityCodes.HaematologistReview;
    private const string Panel = ActivityCodes.LiverPanel;
    private const string Cbc = ActivityCodes.CbcWithDifferential;

    [Fact]
    public void P11_5_untouched_proposals_are_renewed_and_go_when_no_longer_proposed()
    {
        var written = Plan(Review, Panel);
        var merged = Merge(Standing(written), Plan(Review, Cbc), written);
        Assert.Equal([Cbc, Review], Codes(merged.Plan));
        Assert.Equal("c1", merged.Plan.Id);
        Assert.Empty(merged.LeftToClinician);
    }

    [Fact]
    public void P11_5_an_activity_that_a_clinician_touched_stays_as_it_is_and_the_others_go_on()
    {
        var written = Plan(Review, Panel);
        var standing = Standing(written, plan => Activity(plan, Review).Detail!.Status = CarePlan.CarePlanActivityStatus.Completed);
        var merged = Merge(standing, Plan(Cbc), written);
        Assert.Equal([Cbc, Review], Codes(merged.Plan));
        Assert.Equal(CarePlan.CarePlanActivityStatus.Completed, Activity(merged.Plan, Review).Detail!.Status);
        Assert.Equal([Review], merged.LeftToClinician);

        var again = Merge(merged.Plan, Plan(Review, Cbc), merged.Baseline);
        Assert.Equal(CarePlan.CarePlanActivityStatus.Completed, Activity(again.Plan, Review).Detail!.Status);
    }

    [Fact]
    public void P11_5_a_proposal_that_a_clinician_removed_does_not_come_back_while_it_stands()
    {
        var written = Plan(Review, Panel);
        var standing = Standing(written, plan => plan.Activity.RemoveAll(activity => CodeOf(activity) == Panel));
        var first = Merge(standing, Plan(Review, Panel), written);
        var second = Merge(first.Plan, Plan(Review, Panel), first.Baseline);
        Assert.Equal([Review], Codes(first.Plan));
        Assert.Equal([Review], Codes(second.Plan));
        Assert.Equal([Panel], second.LeftToClinician);

        var withdrawn = Merge(second.Plan, Plan(Review), second.Baseline);
        Assert.Contains(Panel, Codes(Merge(withdrawn.Plan, Plan(Review, Panel), withdrawn.Baseline).Plan));
    }

    [Fact]
    public void P11_5_what_a_clinician_added_stays()
    {
        var written = Plan(Review);
        var standing = Standing(written, plan =>
        {
            plan.Activity.Add(new CarePlan.ActivityComponent { Reference = new ResourceReference("ServiceRequest/s1") });
            plan.Note = [new Annotation { Text = "Seen." }];
            plan.Goal = [new ResourceReference("Goal/g1")];
        });
        var merged = Merge(standing, Plan(Review), written).Plan;
        Assert.Equal("ServiceRequest/s1", merged.Activity[^1].Reference!.Reference);
        Assert.Equal("Goal/g1", Assert.Single(merged.Goal).Reference);
        Assert.Single(merged.Note);
    }

    [Fact]
    public void P11_5_without_knowledge_of_what_we_wrote_everything_that_differs_is_a_clinicians()
    {
        var standing = Standing(Plan(Review, Panel), plan => Activity(plan, Review).Detail!.Description = "Call me first.");
        var merged = Merge(standing, Plan(Review, Cbc), null);
        Assert.Equal([Review, Panel], merged.LeftToClinician);
        Assert.Equal("Call me first.", Activity(merged.Plan, Review).Detail!.Description);
        Assert.Contains(Cbc, Codes(merged.Plan));
    }

    [Fact]
    public void P11_5_a_plan_that_a_clinician_put_on_hold_stays_on_hold()
    {
        var written = Plan(Review);
        var standing = Standing(written, plan => plan.Status = RequestStatus.OnHold);
        Assert.Equal(RequestStatus.OnHold, Merge(standing, Plan(Review), written).Plan.Status);
    }

    [Fact]
    public void P11_5_an_element_of_the_plan_that_a_clinician_edited_stays_through_every_later_merge()
    {
        var written = Plan(Review);
        var standing = Standing(written, plan =>
        {
            plan.Period!.End = "2026-06-30";
            plan.SupportingInfo = [new ResourceReference("DocumentReference/of-the-ward")];
            plan.InstantiatesCanonical = ["urn:of-the-ward|1"];
            plan.Text!.Div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">Words of the ward.</div>";
        });
        var first = Merge(standing, Plan(Review, Panel), written);
        var second = Merge(first.Plan, Plan(Cbc), first.Baseline);
        foreach (var plan in new[] { first.Plan, second.Plan })
        {
            Assert.Equal("2026-06-30", plan.Period!.End);
            Assert.Equal("DocumentReference/of-the-ward", Assert.Single(plan.SupportingInfo).Reference);
            Assert.Equal("urn:of-the-ward|1", Assert.Single(plan.InstantiatesCanonical));
            Assert.Contains("Words of the ward.", plan.Text!.Div, StringComparison.Ordinal);
        }
        Assert.Equal([Cbc], Codes(second.Plan));
        Assert.Equal(["instantiatesCanonical", "period", "supportingInfo", "text"], first.ElementsLeft);
    }

    [Fact]
    public void P11_5_elements_of_the_plan_that_nobody_edited_are_renewed()
    {
        var written = Plan(Review);
        var merged = Merge(Standing(written), Plan(Review, Panel), written);
        Assert.Equal(Plan(Review, Panel).Text!.Div, merged.Plan.Text!.Div);
        Assert.Empty(merged.ElementsLeft);
    }

    [Fact]
    public void What_a_server_adds_is_no_edit_and_what_a_clinician_changes_is_one()
    {
        var ours = FlagWriter.Write(Wanted.Flag, 0, Wanted.Assessment, Wanted.Context);
        var fingerprint = WrittenContent.Fingerprint(ours);
        var stored = Copy(ours);
        stored.Id = "f1";
        stored.Meta!.VersionId = "1";
        stored.Meta.LastUpdated = DateTimeOffset.Parse("2026-03-25T08:31:00Z");
        stored.Subject!.Reference = "https://ehr.example.org/fhir/Patient/p1";
        stored.Subject.Display = "A name";
        stored.Extension.Add(new Extension("urn:server", new FhirString("x")));
        Assert.False(WrittenContent.WasEdited(stored, fingerprint));
        Assert.True(WrittenContent.IsUpToDate(stored, ours));

        stored.Status = Hl7.Fhir.Model.Flag.FlagStatus.Inactive;
        Assert.True(WrittenContent.WasEdited(stored, fingerprint));
        Assert.False(WrittenContent.IsUpToDate(stored, ours));
    }

    [Fact]
    public void A_changed_narrative_is_written_and_is_no_edit()
    {
        var ours = FlagWriter.Write(Wanted.Flag, 0, Wanted.Assessment, Wanted.Context);
        var newer = FlagWriter.Write(Wanted.Flag with { Text = "Another value." }, 0, Wanted.Assessment, Wanted.Context);
        Assert.False(WrittenContent.IsUpToDate(ours, newer));
        Assert.False(WrittenContent.WasEdited(newer, WrittenContent.Fingerprint(ours)));
    }

    [Fact]
    public void A_resource_that_would_lose_content_by_our_hand_is_recognised()
    {
        var whole = FhirJson.Write(Plan(Review));
        Assert.False(WrittenContent.WouldLose(whole, (CarePlan)FhirJson.Read(whole).Resource!));
        var richer = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(whole).Replace("{\"resourceType\"", "{\"ofTheFuture\":{\"a\":[1,2]},\"resourceType\"", StringComparison.Ordinal));
        Assert.True(WrittenContent.WouldLose(richer, (CarePlan)FhirJson.Read(richer).Resource!));
    }

    private static CarePlanMergeResult Merge(CarePlan existing, CarePlan wanted, CarePlan? written) =>
        CarePlanMerge.Merge(existing, wanted, written, IdentifierSystems.Default);

    private static CarePlan Plan(params string[] codes) =>
        CarePlanWriter.Write(Wanted.Of([], [.. codes.Select(code => Wanted.Activity(code, ActivityKinds.Task, null))]), Wanted.Context)!;

    private static CarePlan Standing(CarePlan written, Action<CarePlan>? edit = null)
    {
        var standing = Copy(written);
        standing.Id = "c1";
        edit?.Invoke(standing);
        return standing;
    }

    private static T Copy<T>(T resource) where T : Resource => (T)FhirJson.Read(FhirJson.Write(resource)).Resource!;

    private static IEnumerable<string?> Codes(CarePlan plan) => plan.Activity.Select(CodeOf);

    private static string? CodeOf(CarePlan.ActivityComponent activity) => activity.Detail?.Code?.Coding[0].Code;

    private static CarePlan.ActivityComponent Activity(CarePlan plan, string code) => plan.Activity.Single(activity => CodeOf(activity) == code);
}
