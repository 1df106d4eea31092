using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>How each proposed activity is shown, which agent it names for certain, and whether its dose is a dose per day.</summary>
internal static class ActivityTexts
{
    /// <exception cref="ArgumentOutOfRangeException">The code is none of <see cref="ActivityCodes"/>.</exception>
    internal static string Title(string code) => code switch
    {
        ActivityCodes.HaematologistReview => "Haematologist review",
        ActivityCodes.CytopeniaWorkup => "Work-up of cytopenia",
        ActivityCodes.CbcWithDifferential => "Complete blood count with differential",
        ActivityCodes.LiverPanel => "Liver panel: ALT, AST, bilirubin",
        ActivityCodes.ConsiderEltrombopag => "Consider eltrombopag",
        ActivityCodes.EscalateEltrombopag => "Consider a higher dose of eltrombopag",
        ActivityCodes.ConsiderRomiplostim => "Consider romiplostim",
        ActivityCodes.SecondRomiplostim => "Consider the second dose of romiplostim",
        ActivityCodes.HoldTpoRa => "Consider holding the TPO receptor agonist",
        ActivityCodes.ReduceTpoRa => "Consider a lower dose of the TPO receptor agonist",
        ActivityCodes.TaperTpoRa => "Consider tapering the TPO receptor agonist",
        ActivityCodes.StopTpoRaReview => "Review whether to stop the TPO receptor agonist",
        ActivityCodes.OphthalmicExamination => "Ophthalmic examination",
        _ => throw new ArgumentOutOfRangeException(nameof(code), "Not a code of an activity."),
    };

    /// <summary>The agent of an activity; null where the activity does not name one for certain.</summary>
    internal static CodeableConcept? Product(ProposedActivity activity) => activity.Code switch
    {
        ActivityCodes.ConsiderEltrombopag or ActivityCodes.EscalateEltrombopag => Agent("711942", Agents.Eltrombopag),
        ActivityCodes.ReduceTpoRa or ActivityCodes.TaperTpoRa when activity.Dose is not null => Agent("711942", Agents.Eltrombopag),
        ActivityCodes.ConsiderRomiplostim or ActivityCodes.SecondRomiplostim => Agent("805452", Agents.Romiplostim),
        _ => null,
    };

    /// <summary>The dose per day, given only where it is one: eltrombopag in mg. Romiplostim is weekly and stays in the text.</summary>
    internal static Quantity? DailyAmount(ProposedActivity activity) => activity switch
    {
        {
            Dose: { Unit: "mg" } dose,
            Code: ActivityCodes.ConsiderEltrombopag or ActivityCodes.EscalateEltrombopag or ActivityCodes.ReduceTpoRa or ActivityCodes.TaperTpoRa,
        } => new Quantity(dose.Value, dose.Unit),
        _ => null,
    };

    private static CodeableConcept Agent(string rxNorm, string name) => new() { Coding = [new Coding(CodeSets.RxNorm, rxNorm, name)] };
}
