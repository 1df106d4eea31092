using System.Collections.Concurrent;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.IntegrationTests.WriteBack;
using Microsoft.AspNetCore.Http;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>What write-back sends to a charting system: every flag in each status, every activity in each kind with and without a dose, each Provenance.</summary>
internal static class EmittedByWriteBack
{
    // A narrative must bear whatever stands in a text.
    private const string OddText = "Platelets <0.1 & \"falling\", 9 \u00d7 10\u2079/L \u2265 limit\u0007 on 2026-03-25.";
    private static readonly string[] Evidence = ["Observation/plt-1", "MedicationAdministration/m1", "Procedure/t1", "MedicationStatement/s1", "Condition/c1"];

    public static IReadOnlyList<string> FlagCodes { get; } = ConstantsOf(typeof(FlagCodes));

    public static IReadOnlyList<string> ActivityCodes { get; } = ConstantsOf(typeof(ActivityCodes));

    public static async Task<IReadOnlyList<EmittedResource>> CollectAsync()
    {
        var sent = new ConcurrentQueue<EmittedResource>();
        await using var chart = await ChartingSystem.StartAsync();
        chart.On = async (context, _) =>
        {
            if (context.Request.Method is "POST" or "PUT") sent.Enqueue(await ReadAsync(context.Request));
            return false;
        };
        await using var host = await WriteBackHost.StartAsync(chart, WriteBackHost.NewStore());
        await FlagsAsync(host);
        foreach (var (patient, dose) in Doses) await PlansAsync(host, patient, dose);
        return [.. sent];
    }

    private static IEnumerable<(string Patient, Dose? Dose)> Doses =>
        [("no-dose", null), ("daily", new Dose(50m, "mg")), ("fraction", new Dose(12.50m, "mg")), ("weekly", new Dose(2m, "ug/kg"))];

    private static async Task FlagsAsync(WriteBackHost host)
    {
        AssessedFlag[] active = [.. FlagCodes.Select(code => Revisions.Flag(code, OddText))];
        await host.SettleAsync(Revisions.Of(1, active));
        await host.SettleAsync(Revisions.Of(2, [.. FlagCodes.Select(code => Revisions.Flag(code, OddText, until: "2026-04-10"))]));
        await host.SettleAsync(active.Aggregate(Revisions.Of(3), (message, flag) => message.Withdrawing(flag, FlagStatuses.EnteredInError)));
    }

    // Each kind proposed, then renewed with another text, and the plan ended in both ways.
    private static async Task PlansAsync(WriteBackHost host, string patient, Dose? dose)
    {
        string[] kinds = [ActivityKinds.Task, ActivityKinds.ServiceRequest, ActivityKinds.MedicationRequest];
        foreach (var kind in kinds)
        {
            var key = new PatientKey("ward-patients", $"{patient}-{kind}");
            await host.SettleAsync(Plan(1, key, kind, dose, "Proposed because platelets are low."));
            await host.SettleAsync(Plan(2, key, kind, dose, "Proposed because platelets are still low."));
            var closed = Plan(3, key, kind, dose, "x");
            var nothing = closed.Assessment with { State = States.Closed, CarePlan = new ProposedCarePlan([]) };
            await host.SettleAsync(closed with { Assessment = dose is null ? nothing : nothing with { NextReviewAt = null } });
        }
    }

    private static AssessmentChanged Plan(long revision, PatientKey patient, string kind, Dose? dose, string text)
    {
        var message = Revisions.Of(revision).Of(patient);
        var activities = ActivityCodes.Order(StringComparer.Ordinal).Select(code => new ProposedActivity
        {
            Code = code,
            Kind = kind,
            Status = "not-started",
            Text = text,
            Dose = dose,
            Evidence = Evidence,
        });
        return message with { Assessment = message.Assessment with { CarePlan = new ProposedCarePlan([.. activities]) } };
    }

    private static async Task<EmittedResource> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync();
        request.Body.Position = 0;
        return new EmittedResource($"{request.Method} {request.Path}", body);
    }

    private static IReadOnlyList<string> ConstantsOf(Type codes) => [.. codes.GetFields().Select(field => (string)field.GetRawConstantValue()!)];
}
