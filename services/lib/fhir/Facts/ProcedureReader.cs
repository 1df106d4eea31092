using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>Procedure to CAR-T infusion or transfusion (P1.3, P4.5).</summary>
internal static class ProcedureReader
{
    internal static ResourceVersion Read(Procedure procedure, ResourceVersion header, ReadContext context)
    {
        var code = CodedConcepts.Of(procedure.Code, context.Codes);
        var status = Statuses.Of(procedure);
        var done = new ClinicalEvent(header, code, procedure.ModifierExtension.Count > 0, ClinicalTimes.OfStart(procedure.Performed));
        return code.Has(ConceptKind.CarT) ? done.Infusion(Statuses.InfusionProcedure(status))
            : code.Has(ConceptKind.Transfusion) ? done.Transfusion(Statuses.Transfusion(status))
            : done.NotUsed();
    }
}
