using System.Collections.Frozen;
using System.Reflection;

namespace Hl7.Fhir.Utility;

/// <summary>Converts between enum members and the codes that stand for them on the wire.</summary>
public static class EnumUtility
{
    /// <summary>The code of <paramref name="e"/>, or the member's name where none is declared.</summary>
    /// <exception cref="InvalidOperationException"><paramref name="e"/> is not a member of its enum.</exception>
    public static string GetLiteral<T>(this T e) where T : struct, Enum =>
        Literals<T>.ByMember.TryGetValue(e, out var literal)
            ? literal
            : throw new InvalidOperationException($"{e} is not a member of {typeof(T).Name}.");

    /// <summary>The code of <paramref name="e"/>, or null where it has no value.</summary>
    public static string? GetLiteral<T>(this T? e) where T : struct, Enum => e?.GetLiteral();

    /// <summary>The member whose code is <paramref name="rawValue"/>, or null where there is none.</summary>
    public static T? ParseLiteral<T>(string? rawValue, bool ignoreCase = false) where T : struct, Enum
    {
        if (rawValue is null) return null;
        var byLiteral = ignoreCase ? Literals<T>.ByLiteralIgnoringCase : Literals<T>.ByLiteral;
        return byLiteral.TryGetValue(rawValue, out var member) ? member : null;
    }

    private static class Literals<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByMember = typeof(T)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToFrozenDictionary(field => (T)field.GetValue(null)!, field => field.GetCustomAttribute<EnumLiteralAttribute>()?.Literal ?? field.Name);

        public static readonly FrozenDictionary<string, T> ByLiteral =
            ByMember.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        public static readonly FrozenDictionary<string, T> ByLiteralIgnoringCase =
            ByMember.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.OrdinalIgnoreCase);
    }
}
