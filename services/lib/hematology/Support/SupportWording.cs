using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The transfusions that were looked at (P8.1, P8.4): the last of each lineage, and from which day it supports no more.</summary>
internal static class SupportWording
{
    /// <summary>
    /// Platelets and red cells up to a day, for example <c>no platelet transfusion after 2026-04-01, independent from 2026-04-08; no red-cell transfusion
    /// in the episode</c>. What a source does not provide is unknown, not none (P1.7).
    /// </summary>
    public static string Independence(Episode episode, LineageFold platelets, LineageFold hemoglobin, int day, bool known)
    {
        if (!known) return "the source provides no transfusions, so nothing is known of them" + LastKnown(platelets, day) + LastKnown(hemoglobin, day);
        var (first, second) = (After(episode, platelets, day), After(episode, hemoglobin, day));
        return first == second
            ? $"no platelet or red-cell transfusion {first}"
            : $"no {Wording.Transfusion(platelets.Lineage)} {first}; no {Wording.Transfusion(hemoglobin.Lineage)} {second}";
    }

    /// <summary>The last transfusion of a lineage, for example <c>2026-04-01 (whole blood)</c>.</summary>
    public static string Last(SupportingTransfusion transfusion) => Wording.Date(transfusion.At.Date) + transfusion.Product switch
    {
        BloodProducts.WholeBlood => " (whole blood)",
        BloodProducts.Unclassified => " (product not stated)",
        _ => "",
    };

    private static string After(Episode episode, LineageFold lineage, int day) =>
        lineage.Transfusions.LastUpTo(day) is { } last
            ? $"after {Last(last)}, independent from {Wording.Date(episode.DateOf(last.Day + lineage.Transfusions.WindowDays))}"
            : "in the episode";

    private static string LastKnown(LineageFold lineage, int day) =>
        lineage.Transfusions.LastUpTo(day) is { } last ? $"; the last known {Wording.Transfusion(lineage.Lineage)} was on {Last(last)}" : "";
}
