using System.Text.Json.Nodes;
using System.Xml.Linq;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;
using Xunit;

namespace CarT.Fhir.UnitTests.R4;

public sealed class WriterTests
{
    private static readonly Dictionary<string, string> Versions = new() { ["Observation/anc-9001"] = "2" };

    [Fact]
    public void A_flag_has_the_published_shape() =>
        AssertShape("flag.json", FlagWriter.Write(Wanted.Flag, 0, Wanted.Assessment, Wanted.Context));

    [Fact]
    public void A_care_plan_has_the_published_shape() =>
        AssertShape("care-plan.json", CarePlanWriter.Write(Wanted.Assessment, Wanted.Context)!);

    [Fact]
    public void A_provenance_has_the_published_shape_and_names_the_versions_it_was_made_from()
    {
        var provenance = Provenance();
        AssertShape("provenance.json", provenance);
        Assert.Equal(["Observation/anc-9001/_history/2", "Observation/plt-9002"], provenance.Entity.Select(entity => entity.What!.Reference));
        Assert.Equal(["urn:cart-fhir:plan-definition:beyar-katz-2022|1.0.0", "urn:cart-fhir:ruleset:sha256:ab12"], provenance.Policy);
    }

    [Fact]
    public void What_is_written_is_sound_fhir_and_comes_back_unchanged()
    {
        foreach (var resource in new Resource[] { FlagWriter.Write(Wanted.Flag, 0, Wanted.Assessment, Wanted.Context), CarePlanWriter.Write(Wanted.Assessment, Wanted.Context)!, Provenance() })
        {
            var json = FhirJson.Write(resource);
            Assert.Equal(ContentHash.Of(json), ContentHash.Of(FhirJson.Write(FhirJson.Read(json).Resource!)));
            AssertSound(JsonNode.Parse(json), "$");
        }
    }

    [Fact]
    public void P11_3_a_flag_is_known_by_patient_code_episode_and_ordinal()
    {
        var patient = new PatientKey("main", "p1");
        string[] others =
        [
            BusinessIdentifiers.Flag(patient with { Namespace = "other" }, "relapse", 1, 0), BusinessIdentifiers.Flag(patient with { Id = "p2" }, "relapse", 1, 0),
            BusinessIdentifiers.Flag(patient, "data-quality", 1, 0), BusinessIdentifiers.Flag(patient, "relapse", 2, 0), BusinessIdentifiers.Flag(patient, "relapse", 1, 1),
            BusinessIdentifiers.CarePlan(patient, 1), BusinessIdentifiers.Flag(patient, "relapse", 1, 0),
        ];
        Assert.Equal(7, others.Distinct().Count());
        Assert.Equal(others[^1], BusinessIdentifiers.Flag(patient, "relapse", 1, 0));
        Assert.All(others, value => Assert.Equal(5, Guid.Parse(value).Version));
    }

    [Theory]
    [InlineData("2026-04-02", "2026-04-01")]
    [InlineData("2026-03-26", "2026-03-25")]
    [InlineData("2026-03-25", "2026-03-25")]
    public void P11_3_the_end_is_the_last_day_on_which_the_flag_was_active(string until, string end)
    {
        var flag = FlagWriter.Write(Wanted.Flag with { Status = FlagStatuses.Inactive, Until = DateOnly.Parse(until) }, 0, Wanted.Assessment, Wanted.Context);
        Assert.Equal((Hl7.Fhir.Model.Flag.FlagStatus.Inactive, "2026-03-25", end), (flag.Status, flag.Period?.Start, flag.Period?.End));
    }

    [Fact]
    public void P11_3_a_withdrawn_flag_keeps_its_identity_and_gets_its_status()
    {
        var withdrawn = new WithdrawnFlag(FlagCodes.SeverePersistentCytopenia, 1, 0, FlagStatuses.EnteredInError, new DateOnly(2026, 3, 25), null, "Withdrawn: a result was corrected.");
        var flag = FlagWriter.Write(withdrawn, Wanted.Assessment.Protocol, Wanted.Context);
        Assert.Equal(Hl7.Fhir.Model.Flag.FlagStatus.EnteredInError, flag.Status);
        Assert.Equal(FlagWriter.Write(Wanted.Flag, 0, Wanted.Assessment, Wanted.Context).Identifier[0].Value, flag.Identifier[0].Value);
    }

    [Fact]
    public void A_flag_that_is_over_keeps_the_codings_with_which_it_was_published()
    {
        var standing = FlagWriter.Write(Wanted.Flag, 0, Wanted.Assessment, Wanted.Context);
        var over = FlagWriter.Write(Wanted.Flag with { Status = FlagStatuses.Inactive, Until = new DateOnly(2026, 4, 2) }, 0, Wanted.Of([]), Wanted.Context);
        Assert.Single(over.Code!.Coding);
        Assert.Equal(3, FlagWriter.WithPublishedCodings(over, standing, IdentifierSystems.Default).Code!.Coding.Count);
        var other = FlagWriter.Write(Wanted.Flag with { Code = FlagCodes.Relapse, Status = FlagStatuses.Inactive }, 0, Wanted.Of([]), Wanted.Context);
        Assert.Single(FlagWriter.WithPublishedCodings(other, standing, IdentifierSystems.Default).Code!.Coding);
    }

    [Theory]
    [InlineData("anc", "165517008")]
    [InlineData("platelets", "302215000")]
    [InlineData("hemoglobin", "271737000")]
    [InlineData("anc,platelets", "302215000,165517008")]
    [InlineData("anc,platelets,hemoglobin", "127034005,302215000,165517008,271737000")]
    public void Pancytopenia_is_said_only_when_all_three_lineages_are_low(string low, string expected)
    {
        var flag = FlagWriter.Write(Wanted.Flag, 0, Wanted.Of(low.Split(',')), Wanted.Context);
        Assert.Equal(expected.Split(','), flag.Code!.Coding.Where(coding => coding.System == Given.Snomed).Select(coding => coding.Code));
    }

    [Theory]
    [InlineData(FlagCodes.SeverePersistentCytopenia, "clinical")]
    [InlineData(FlagCodes.TpoRaResponse, "clinical")]
    [InlineData(FlagCodes.HepatotoxicityHold, "drug")]
    [InlineData(FlagCodes.NonResponseReview, "drug")]
    [InlineData(FlagCodes.DataQuality, "safety")]
    public void Each_flag_has_the_category_of_its_kind(string code, string category) =>
        Assert.Equal(category, FlagWriter.Write(Wanted.Flag with { Code = code }, 0, Wanted.Assessment, Wanted.Context).Category[0].Coding[0].Code);

    [Fact]
    public void Every_code_of_the_contract_can_be_written()
    {
        foreach (var code in ConstantsOf(typeof(FlagCodes))) Assert.NotNull(FlagWriter.Write(Wanted.Flag with { Code = code }, 0, Wanted.Assessment, Wanted.Context).Code);
        var activities = ConstantsOf(typeof(ActivityCodes)).Select(code => Wanted.Activity(code, ActivityKinds.Task, null)).ToArray();
        Assert.Equal(activities.Length, CarePlanWriter.Write(Wanted.Of([], activities), Wanted.Context)!.Activity.Count);
    }

    [Fact]
    public void The_narrative_is_escaped_xhtml()
    {
        var flag = FlagWriter.Write(Wanted.Flag with { Text = "<script>&\"\u0001</script> \U0001F9EA µ" }, 0, Wanted.Assessment, Wanted.Context);
        var div = XElement.Parse(flag.Text!.Div!);
        Assert.Equal("http://www.w3.org/1999/xhtml", div.Name.NamespaceName);
        Assert.StartsWith("<script>&\" </script> \U0001F9EA µ Protocol beyar-katz-2022 1.0.0.", div.Value, StringComparison.Ordinal);
        Assert.Empty(div.Elements());
    }

    [Fact]
    public void P11_5_nothing_is_ordered()
    {
        var plan = CarePlanWriter.Write(Wanted.Assessment, Wanted.Context)!;
        Assert.Equal(CarePlan.CarePlanIntent.Proposal, plan.Intent);
        Assert.All(plan.Activity, activity => Assert.Equal(CarePlan.CarePlanActivityStatus.NotStarted, activity.Detail!.Status));
    }

    [Theory]
    [InlineData(ActivityCodes.ConsiderEltrombopag, "mg", 50)]
    [InlineData(ActivityCodes.TaperTpoRa, "mg", 50)]
    [InlineData(ActivityCodes.ConsiderRomiplostim, "ug", null)]
    public void A_daily_amount_is_given_only_for_a_certain_daily_dose(string code, string unit, int? expected)
    {
        var plan = CarePlanWriter.Write(Wanted.Of([], Wanted.Activity(code, ActivityKinds.MedicationRequest, new Dose(50m, unit))), Wanted.Context)!;
        Assert.Equal(expected, plan.Activity[0].Detail!.DailyAmount?.Value);
    }

    [Fact]
    public void Only_types_that_fhir_allows_are_reasons_and_the_rest_is_supporting_information()
    {
        var plan = CarePlanWriter.Write(Wanted.Assessment, Wanted.Context)!;
        Assert.Equal(["Observation/anc-9001", "Observation/plt-9002"], plan.Activity[2].Detail!.ReasonReference.Select(reason => reason.Reference));
        Assert.Contains("MedicationAdministration/m1", plan.SupportingInfo.Select(info => info.Reference));
    }

    [Fact]
    public void P10_2_a_plan_is_completed_when_the_episode_is_closed_and_revoked_after_death()
    {
        var closed = Wanted.Of([]) with { State = States.Closed };
        Assert.Equal(RequestStatus.Completed, CarePlanWriter.Write(closed, Wanted.Context)!.Status);
        Assert.Equal(RequestStatus.Revoked, CarePlanWriter.Write(closed with { NextReviewAt = null }, Wanted.Context)!.Status);
        Assert.Null(CarePlanWriter.Write(closed with { Episode = null }, Wanted.Context));
    }

    [Fact]
    public void Systems_lie_under_the_configured_base()
    {
        var web = new IdentifierSystems("https://hospital.example.org/cart/");
        Assert.Equal("https://hospital.example.org/cart/flag", web.Flag);
        Assert.True(web.Owns("https://hospital.example.org/cart/care-plan"));
        Assert.False(web.Owns("https://hospital.example.org/cartoon"));
        Assert.Throws<ArgumentException>(() => new IdentifierSystems("cart"));
    }

    private static Provenance Provenance() => ProvenanceWriter.Write(["Flag/f1/_history/1", "CarePlan/c1/_history/1"], WriteKind.Create, Wanted.Flag.Evidence, Versions,
        Wanted.Assessment.Protocol, Wanted.Context, DateTimeOffset.Parse("2026-03-25T09:30:01+01:00"));

    private static IEnumerable<string> ConstantsOf(Type type) => type.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    /// <summary>Every element of the published shape is written, at the same place and of the same kind; codes and systems word for word.</summary>
    private static void AssertShape(string file, Resource written)
    {
        var shape = JsonNode.Parse(File.ReadAllText(Path.Combine("samples", "shapes", file)))!;
        AssertShape(shape, JsonNode.Parse(FhirJson.Write(written)), "$");
    }

    private static void AssertShape(JsonNode shape, JsonNode? written, string path)
    {
        Assert.True(written is not null && written.GetValueKind() == shape.GetValueKind(), $"{path} is missing or of another kind");
        if (shape is JsonObject members) foreach (var (name, member) in members) AssertShape(member!, written[name], $"{path}.{name}");
        else if (shape is JsonArray items) for (var i = 0; i < items.Count; i++) AssertShape(items[i]!, written.AsArray().ElementAtOrDefault(i), $"{path}[{i}]");
        else if (path.EndsWith(".system", StringComparison.Ordinal) || path.EndsWith(".code", StringComparison.Ordinal)) Assert.Equal(shape.ToJsonString(), written.ToJsonString());
    }

    /// <summary>What validators miss: empty members, qty-3, per-1.</summary>
    private static void AssertSound(JsonNode? node, string path)
    {
        Assert.True(node is not null, $"{path} is null");
        if (node is JsonArray items)
        {
            Assert.True(items.Count > 0, $"{path} is empty");
            foreach (var item in items) AssertSound(item, path);
        }
        else if (node is JsonObject members)
        {
            Assert.True(members.Count > 0, $"{path} is empty");
            if (members["value"] is JsonValue && members["code"] is not null) Assert.NotNull(members["system"]);
            if (members["start"] is JsonValue start && members["end"] is JsonValue end) Assert.True(string.CompareOrdinal(start.GetValue<string>(), end.GetValue<string>()) <= 0);
            foreach (var (name, member) in members) AssertSound(member, $"{path}.{name}");
        }
        else Assert.NotEqual("\"\"", node.ToJsonString());
    }
}
