using System.Collections.Frozen;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// What one version of a resource says to the protocol: facts, refusals, a retraction, or why nothing (P13.2). Pure; never throws for what
/// the resource holds. Relevance is decided before anything can be refused: a resource that does not concern us has no errors.
/// </summary>
public static class FactReader
{
    private static readonly FrozenSet<string> ReadTypes = FrozenSet.Create(StringComparer.Ordinal,
        "Observation", "MedicationAdministration", "MedicationStatement", "MedicationDispense", "Procedure", "Patient", "Specimen", "Medication");

    private static readonly FrozenSet<string> WrittenTypes = FrozenSet.Create(StringComparer.Ordinal, "Flag", "CarePlan", "Provenance");

    /// <summary>Whether a resource type can say anything to the protocol.</summary>
    public static bool IsUsed(string? type) => type is not null && ReadTypes.Contains(type);

    /// <summary>Reads bytes as they were received. A resource without type or id has an empty one in its key.</summary>
    public static ResourceVersion Read(ReadOnlyMemory<byte> json, ReadContext context) => Read(Parse(json), context);

    /// <summary>
    /// The resource in the bytes, before anything is concluded from it; callers fetch what it refers to (<see cref="ReferencedResources"/>)
    /// in between. A type that says nothing to the protocol is not read at all: neither resource nor problem.
    /// </summary>
    public static ReadResult Parse(ReadOnlyMemory<byte> json)
    {
        var scan = FhirJsonScan.Scan(json);
        if (scan.Problem is not null) return new ReadResult(scan.Header, ContentHash.OfBytes(json.Span), null, scan.Problem);
        return IsUsed(scan.Header.Type) || WrittenTypes.Contains(scan.Header.Type!)
            ? FhirJson.ReadScanned(json, scan)
            : new ReadResult(scan.Header, ContentHash.Of(json), null, null);
    }

    /// <summary>Reads what <see cref="Parse"/> found.</summary>
    public static ResourceVersion Read(ReadResult read, ReadContext context) => read switch
    {
        { Resource: null, Problem: null } => Header(read.Header, read.ContentHash, context) with { NotRelevant = NotRelevantReasons.TypeNotUsed },
        { Resource: null } => Unreadable(read, context),
        { Problem: null } => Read(read.Resource, read.ContentHash, context),
        _ => Partial(read, context),
    };

    /// <summary>Reads a resource; the content hash is that of its bytes (<see cref="ContentHash"/>).</summary>
    public static ResourceVersion Read(Resource resource, string contentHash, ReadContext context)
    {
        var header = Header(resource, contentHash, context);
        try
        {
            if (OwnWrites.IsOurs(resource, context.Identifiers)) return header with { NotRelevant = NotRelevantReasons.OwnWrite };
            if (!IsUsed(resource.TypeName)) return header with { NotRelevant = NotRelevantReasons.TypeNotUsed };
            if (header.Resource.Id.Length == 0) return Refused(header, "id", RefusalTexts.WithoutId);
            return Statuses.IsRetraction(resource.TypeName, Statuses.Of(resource)) ? header with { Retracted = true } : Dispatch(resource, header, context);
        }
        // One resource that defeats the mapping must not stop the others of its batch.
        catch (Exception)
        {
            return Refused(header, "resource", RefusalTexts.Of(DataQualityCodes.ResourceInvalid));
        }
    }

    /// <summary>The version that a delete makes: the resource says nothing any more. Version and time are null when the source gave none.</summary>
    public static ResourceVersion Deleted(ResourceKey resource, string? versionId, DateTimeOffset? at) =>
        new() { Resource = resource, VersionId = versionId, LastUpdated = at, ContentHash = ContentHash.OfNothing, Retracted = true };

    private static ResourceVersion Dispatch(Resource resource, ResourceVersion header, ReadContext context) => resource switch
    {
        Observation observation => ObservationReader.Read(observation, header, context),
        MedicationAdministration administration => AdministrationReader.Read(administration, header, context),
        MedicationStatement statement => StatementReader.Read(statement, header, context),
        MedicationDispense dispense => StatementReader.Read(dispense, header, context),
        Procedure procedure => ProcedureReader.Read(procedure, header, context),
        Patient patient => PatientReader.Read(patient, header, context),
        _ => header with { NotRelevant = NotRelevantReasons.NothingToSay },
    };

    /// <summary>A resource with a broken element is refused, unless what is readable shows that it does not concern us or was retracted.</summary>
    private static ResourceVersion Partial(ReadResult read, ReadContext context)
    {
        var guess = Read(read.Resource!, read.ContentHash, context);
        if (guess.Retracted || guess.NotRelevant is not (null or NotRelevantReasons.NothingToSay)) return guess;
        var refused = Unreadable(read, context);
        var subjects = Subjects(guess).DefaultIfEmpty().Distinct();
        return refused with
        {
            Refusals = [.. subjects.SelectMany(subject => refused.Refusals.Select(refusal => refusal with { Concern = subject.Concern, Time = subject.Time }))],
        };
    }

    /// <summary>What the readable part was about, and when.</summary>
    private static IEnumerable<(string? Concern, ClinicalTime? Time)> Subjects(ResourceVersion guess) =>
        guess.CellCounts.Select(count => ((string?)count.Lineage, (ClinicalTime?)count.Time))
            .Concat(guess.Chemistry.Select(result => ((string?)result.Analyte, (ClinicalTime?)result.Time)))
            .Concat(guess.DrugsGiven.Select(dose => ((string?)Doses.ConcernOf(dose.Agent), (ClinicalTime?)dose.Time)))
            .Concat(guess.DrugStatements.Select(course => ((string?)Concerns.TpoRa, (ClinicalTime?)course.Start)))
            .Concat(guess.Transfusions.Select(transfusion => ((string?)Concerns.Transfusion, (ClinicalTime?)transfusion.Time)))
            .Concat(guess.Infusions.Select(infusion => ((string?)Concerns.Infusion, (ClinicalTime?)infusion.Time)))
            .Concat(guess.Refusals.Where(refusal => refusal.Concern is not null).Select(refusal => (refusal.Concern, refusal.Time)));

    private static ResourceVersion Unreadable(ReadResult read, ReadContext context)
    {
        var header = Header(read.Header, read.ContentHash, context);
        var problem = read.Problem!;
        var scanned = problem.Code == ReadProblemCodes.ElementInvalid;
        return scanned && Statuses.IsRetraction(read.Header.Type, read.Header.Status)
            ? header with { Retracted = true }
            : Refused(header, problem.Path, problem.Text);
    }

    private static ResourceVersion Refused(ResourceVersion header, string slot, string text) =>
        header with { Refusals = [new Refusal { Code = DataQualityCodes.ResourceInvalid, Slot = slot, Text = text }] };

    private static ResourceVersion Header(ResourceHeader outside, string hash, ReadContext context) => new()
    {
        Resource = new ResourceKey(context.Namespace, outside.Type ?? "", outside.Id ?? ""),
        VersionId = outside.VersionId,
        LastUpdated = outside.LastUpdated is { } text ? ClinicalTimes.Parse(text).Time?.Instant : null,
        ContentHash = hash,
        Patient = outside.Type == "Patient" && outside.Id is { Length: > 0 } id
            ? new PatientKey(context.Namespace, id)
            : References.Patient(outside.Subject, context),
    };

    private static ResourceVersion Header(Resource resource, string hash, ReadContext context) => new()
    {
        Resource = new ResourceKey(context.Namespace, resource.TypeName, Primitives.Text(resource.IdElement) ?? ""),
        VersionId = Primitives.Text(resource.Meta?.VersionIdElement),
        LastUpdated = ClinicalTimes.OfElement(resource.Meta?.LastUpdatedElement).Time?.Instant,
        ContentHash = hash,
        Patient = resource switch
        {
            Patient { IdElement.ObjectValue: string { Length: > 0 } id } => new PatientKey(context.Namespace, id),
            Observation observation => References.Patient(observation.Subject, context),
            MedicationAdministration administration => References.Patient(administration.Subject, context),
            MedicationStatement statement => References.Patient(statement.Subject, context),
            MedicationDispense dispense => References.Patient(dispense.Subject, context),
            Procedure procedure => References.Patient(procedure.Subject, context),
            Specimen specimen => References.Patient(specimen.Subject, context),
            _ => null,
        },
    };
}
