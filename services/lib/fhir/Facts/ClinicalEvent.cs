using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// What Procedure and MedicationAdministration have in common: something was done to the patient at a time, told by codes (P1.3, P4.5).
/// </summary>
internal sealed record ClinicalEvent(ResourceVersion Header, CodedConcepts Code, bool HasModifier, TimeReading Time)
{
    internal const string Slot = "resource";

    internal ResourceVersion NotRelevant(string reason) => Header with { NotRelevant = reason };

    internal ResourceVersion Refused(string code, string concern) => Refused(code, concern, RefusalTexts.Of(code));

    internal ResourceVersion Refused(string code, string? concern, string text) =>
        Header with { Refusals = [new Refusal { Code = code, Slot = Slot, Concern = concern, Time = Time.Time, Text = text }] };

    /// <summary>Why nothing can be read from an event that concerns us; null when everything is there.</summary>
    internal ResourceVersion? Obstacle(StatusVerdict status, bool isAmbiguous, string concern)
    {
        if (status == StatusVerdict.NotCounted) return NotRelevant(NotRelevantReasons.StatusNotCounted);
        var code = status == StatusVerdict.NotUsable ? DataQualityCodes.StatusNotUsable
            : HasModifier ? DataQualityCodes.ModifierExtension
            : isAmbiguous ? DataQualityCodes.CodeAmbiguous
            : Header.Patient is null ? DataQualityCodes.PatientMissing
            : null;
        if (code is not null) return Refused(code, concern);
        return Time.Problem is { } problem ? Refused(problem, concern, RefusalTexts.OfTime(problem)) : null;
    }

    /// <summary>A transfusion: the most specific product wins, two specific ones both count, and one that nobody can tell counts for both lineages.</summary>
    internal ResourceVersion Transfusion(StatusVerdict status)
    {
        var specific = Code.NamesOf(ConceptKind.Transfusion).Where(name => name != BloodProducts.Unclassified).Order(StringComparer.Ordinal).ToList();
        if (specific.Count == 0 && Code.HasLookAlike(ConceptKind.Transfusion)) return NotRelevant(NotRelevantReasons.CodeRejected);
        if (Obstacle(status, Code.Accepted.Any(concept => concept.Kind != ConceptKind.Transfusion), Concerns.Transfusion) is { } obstacle) return obstacle;
        var unclassified = Refused(DataQualityCodes.TransfusionUnclassified, Concerns.Transfusion).Refusals;
        return Header with
        {
            Transfusions = [new Transfusion { Slot = Slot, Products = specific.Count > 0 ? specific : [BloodProducts.Unclassified], Time = Time.Time!.Value }],
            Refusals = specific.Count > 0 ? [] : unclassified,
        };
    }

    /// <summary>A CAR-T infusion. A harvest or preparation code beside it makes it doubtful, and a doubtful day 0 is refused, not guessed.</summary>
    internal ResourceVersion Infusion(StatusVerdict status)
    {
        const string unspecified = "unspecified";
        var products = Code.NamesOf(ConceptKind.CarT).Where(name => name != unspecified).ToList();
        var isAmbiguous = products.Count > 1 || Code.HasLookAlike(ConceptKind.CarT) || Code.Accepted.Any(concept => concept.Kind != ConceptKind.CarT);
        if (Obstacle(status, isAmbiguous, Concerns.Infusion) is { } obstacle) return obstacle;
        var product = products.Count == 1 ? products[0] : unspecified;
        return Header with { Infusions = [new CarTInfusion { Slot = Slot, Product = product, Time = Time.Time!.Value }] };
    }

    internal ResourceVersion NotUsed() =>
        NotRelevant(Code.LookAlikes.Count > 0 ? NotRelevantReasons.CodeRejected : NotRelevantReasons.CodeNotUsed);
}
