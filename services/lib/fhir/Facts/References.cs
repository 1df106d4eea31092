using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>Resolves references within one namespace: relative, absolute under a base of the source, and entries of the same Bundle.</summary>
internal static partial class References
{
    /// <summary><c>Type/id</c> without a version; null for a foreign base, a contained resource, a logical reference, and what is no reference.</summary>
    internal static string? Relative(string? reference, ReadContext context)
    {
        if (string.IsNullOrEmpty(reference) || reference[0] == '#') return null;
        if (context.FullUrls.TryGetValue(reference, out var entry)) return entry;
        var path = WithoutBase(reference, context.BaseUrls);
        return path is not null && TypeAndId().IsMatch(path) ? WithoutVersion(path) : null;
    }

    /// <summary>The patient that a subject names; null when it names none of this namespace.</summary>
    internal static PatientKey? Patient(ResourceReference? subject, ReadContext context) => Patient(Primitives.Text(subject?.ReferenceElement), context);

    internal static PatientKey? Patient(string? reference, ReadContext context)
    {
        const string prefix = "Patient/";
        var relative = Relative(reference, context);
        return relative is not null && relative.StartsWith(prefix, StringComparison.Ordinal)
            ? new PatientKey(context.Namespace, relative[prefix.Length..])
            : null;
    }

    /// <summary>
    /// The resource behind a reference: contained in its owner, or known to the look-up; null when neither has one of this type, or it was
    /// entered in error and says nothing any more.
    /// </summary>
    internal static T? Find<T>(DomainResource owner, ResourceReference? reference, ReadContext context) where T : Resource =>
        Behind<T>(owner, reference, context) is { } found && !Statuses.IsRetraction(found.TypeName, Statuses.Of(found)) ? found : null;

    private static T? Behind<T>(DomainResource owner, ResourceReference? reference, ReadContext context) where T : Resource
    {
        if (Primitives.Text(reference?.ReferenceElement) is not { Length: > 0 } text) return null;
        if (text[0] == '#') return owner.Contained.OfType<T>().FirstOrDefault(contained => Primitives.Text(contained.IdElement) == text[1..]);
        return Relative(text, context) is { } relative ? context.Lookup(relative) as T : null;
    }

    private static string WithoutVersion(string path) =>
        path.IndexOf("/_history/", StringComparison.Ordinal) is var end and >= 0 ? path[..end] : path;

    private static string? WithoutBase(string reference, IReadOnlyList<string> baseUrls)
    {
        if (!reference.Contains(':', StringComparison.Ordinal)) return reference;
        foreach (var url in baseUrls)
        {
            var prefix = url.TrimEnd('/') + "/";
            if (reference.StartsWith(prefix, StringComparison.Ordinal)) return reference[prefix.Length..];
        }
        return null;
    }

    [GeneratedRegex(@"\A[A-Z][A-Za-z]{0,63}/[A-Za-z0-9\-.]{1,64}(/_history/[A-Za-z0-9\-.]{1,64})?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeAndId();
}
