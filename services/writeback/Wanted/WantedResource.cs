using CarT.Fhir.Contracts;

namespace CarT.Fhir.WriteBack.Wanted;

/// <summary>Identity of a wanted resource within a patient and target. A care plan has no code and the ordinal 0.</summary>
internal readonly record struct WantedKey(string Type, string Code, int Episode, int Ordinal)
{
    public const string Flag = "Flag";
    public const string CarePlan = "CarePlan";

    public static WantedKey ForFlag(string code, int episode, int ordinal) => new(Flag, code, episode, ordinal);

    public static WantedKey ForCarePlan(int episode) => new(CarePlan, "", episode, 0);
}

/// <summary>One interval of a flag as it should stand (P11.3). <see cref="AssessedFlag.Status"/> of a withdrawn one may be <c>entered-in-error</c>.</summary>
/// <param name="Flag">The interval.</param>
/// <param name="Ordinal">Ordinal of the interval among those of its code and episode.</param>
/// <param name="Protocol">The definition behind it.</param>
/// <param name="Sources">The evidence, each with its version where it is known (<c>Observation/1/_history/2</c>); for Provenance.</param>
internal sealed record WantedFlag(AssessedFlag Flag, int Ordinal, ProtocolIdentity Protocol, IReadOnlyList<string> Sources);

/// <summary>The proposals of one episode as they should stand (P11.5).</summary>
/// <param name="Assessment">The newest assessment of the episode.</param>
/// <param name="FirstProposed">Time of the assessment that first proposed something; <c>CarePlan.created</c>.</param>
/// <param name="Open">False once the episode is over: the plan is closed.</param>
/// <param name="Sources">The evidence, as in <see cref="WantedFlag"/>.</param>
internal sealed record WantedCarePlan(WantedAssessment Assessment, DateTimeOffset FirstProposed, bool Open, IReadOnlyList<string> Sources);

/// <summary>The part of an assessment that a care plan is written from; without what runs with the clock.</summary>
internal sealed record WantedAssessment(ProtocolIdentity Protocol, int Episode, DateOnly InfusedOn, IReadOnlyList<ProposedActivity> Activities);
