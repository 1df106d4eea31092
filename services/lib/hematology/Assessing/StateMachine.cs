using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The state of a day: one at a time, the first that applies (P10).</summary>
internal static class StateMachine
{
    public static string StateOf(EpisodeFold fold)
    {
        if (fold.IsClosed) return States.Closed;
        if (!fold.HasTpoRa) return WithoutTherapy(fold);
        if (fold.IsOnHold) return States.SafetyHold;
        if (fold.Response.Relapse is not null) return OnOrAfterTherapy(fold);
        if (fold.Response.IsMet) return fold.Therapy.IsTapering(fold.Day) ? States.Tapering : States.Responded;
        return fold.NonResponse.Cause is not null ? States.NonResponder : OnOrAfterTherapy(fold);
    }

    /// <summary>Treated before and not now, with the state of an untreated patient (P10.7).</summary>
    public static bool IsPreviouslyTreated(EpisodeFold fold) =>
        fold.HasTpoRa && !fold.IsTherapyCurrent
        && fold.State is not (States.Closed or States.SafetyHold or States.Responded or States.Tapering or States.NonResponder);

    /// <summary>P10.7.</summary>
    private static string OnOrAfterTherapy(EpisodeFold fold) => fold.IsTherapyCurrent ? States.OnTreatment : WithoutTherapy(fold);

    /// <summary>P10.8 and P6.4.</summary>
    private static string WithoutTherapy(EpisodeFold fold)
    {
        var detection = fold.Definition.Detection;
        if (fold.IsAnySevere) return States.SeverePersistentCytopenia;
        if (fold.Day < detection.FromDay) return States.Observing;
        if (fold.Day < detection.ConcludeFromDay) return States.Screening;
        return CanConclude(fold) ? States.NoSevereCytopenia : States.Indeterminate;
    }

    private static bool CanConclude(EpisodeFold fold) =>
        fold.Provides is { Labs: true, Transfusions: true }
        && fold.All.All(l => l.HasValueSince(fold.Definition.Detection.FromDay) && l.Latest!.Class == ValueClass.Recovered)
        && fold.Platelets.Transfusions.IsIndependent(fold.Day)
        && fold.Hemoglobin.Transfusions.IsIndependent(fold.Day);
}
