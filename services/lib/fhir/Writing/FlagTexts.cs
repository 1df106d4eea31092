using CarT.Fhir.Contracts;

namespace CarT.Fhir.R4.Writing;

/// <summary>How each flag is shown: its title, and the category of the FHIR code system flag-category.</summary>
internal static class FlagTexts
{
    internal const string CategorySystem = "http://terminology.hl7.org/CodeSystem/flag-category";

    /// <exception cref="ArgumentOutOfRangeException">The code is none of <see cref="FlagCodes"/>.</exception>
    internal static (string Category, string Title) Of(string code) => code switch
    {
        FlagCodes.ScreeningDue => ("clinical", "Blood counts for cytopenia screening after CAR-T are due"),
        FlagCodes.ScreeningMissed => ("clinical", "Cytopenia screening after CAR-T was missed"),
        FlagCodes.SeverePersistentCytopenia => ("clinical", "Severe persistent cytopenia after CAR-T"),
        FlagCodes.TransfusionDependent => ("clinical", "Transfusion-dependent after CAR-T"),
        FlagCodes.TpoRaResponse => ("clinical", "Response to a TPO receptor agonist after CAR-T"),
        FlagCodes.CompleteResolution => ("clinical", "Complete resolution of cytopenia after CAR-T"),
        FlagCodes.Relapse => ("clinical", "Relapse of cytopenia after response to a TPO receptor agonist"),
        FlagCodes.NoRecentCounts => ("clinical", "No recent blood counts after CAR-T"),
        FlagCodes.NonResponseReview => ("drug", "No response to a TPO receptor agonist: review"),
        FlagCodes.ThrombocytosisReduce => ("drug", "High platelets on a TPO receptor agonist: reduce"),
        FlagCodes.ThrombocytosisHold => ("drug", "Very high platelets on a TPO receptor agonist: hold"),
        FlagCodes.HepatotoxicityHold => ("drug", "ALT at least 3 times the upper limit on a TPO receptor agonist: hold"),
        FlagCodes.OffProtocolDosing => ("drug", "TPO receptor agonist given off protocol"),
        FlagCodes.DataQuality => ("safety", "Results that the cytopenia protocol could not use"),
        _ => throw new ArgumentOutOfRangeException(nameof(code), "Not a code of a flag."),
    };
}
