using System.Reflection;
using System.Runtime.CompilerServices;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;
using Xunit;

namespace CarT.Fhir.UnitTests.FhirSdk;

/// <summary>
/// subset-members.txt lists every public member of the subset. With the subset the list must be complete; with the Firely SDK every line of it must exist there.
/// </summary>
public class PublicMembersTests
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>The SDK may come in several assemblies.</summary>
    private static readonly Assembly[] Assemblies =
        [.. new[] { typeof(Observation).Assembly, typeof(Base).Assembly, typeof(CapabilityStatement).Assembly }.Distinct()];

    [Fact]
    public void Every_listed_member_exists_in_the_sdk_in_use()
    {
        var listed = Listed();
        var typeNames = listed.Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        var present = PublicTypes().Where(type => typeNames.Contains(NameOf(type)))
            .SelectMany(type => Lines(type, type.GetMembers(Public | BindingFlags.FlattenHierarchy))).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(listed);
        Assert.Equal([], listed.Where(line => !present.Contains(line)));
    }

#if !FHIR_SDK_FIRELY
    [Fact]
    public void Every_public_member_of_the_subset_is_listed()
    {
        var declared = PublicTypes().SelectMany(type => Lines(type, type.GetMembers(Public | BindingFlags.DeclaredOnly))).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(declared, Listed());
    }
#endif

    private static List<string> Listed()
    {
        using var reader = new StreamReader(typeof(PublicMembersTests).Assembly.GetManifestResourceStream("subset-members.txt")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    private static IEnumerable<Type> PublicTypes() => Assemblies.SelectMany(assembly => assembly.GetExportedTypes());

    private static IEnumerable<string> Lines(Type type, MemberInfo[] members) => members
        .Where(member => member.GetCustomAttribute<CompilerGeneratedAttribute>() is null && member.DeclaringType != typeof(object))
        .SelectMany(member => Describe(type, member));

    private static IEnumerable<string> Describe(Type type, MemberInfo member)
    {
        var owner = NameOf(type);
        return member switch
        {
            FieldInfo { IsSpecialName: true } => [],
            FieldInfo field when type.IsEnum => [$"{owner} = {field.Name} \"{field.GetCustomAttribute<EnumLiteralAttribute>()?.Literal}\""],
            FieldInfo field => [$"{owner} {NameOf(field.FieldType)} {field.Name}"],
            PropertyInfo property => Accessors(property).Select(accessor => $"{owner} {NameOf(property.PropertyType)} {property.Name} {accessor}"),
            ConstructorInfo constructor => [$"{owner} new({ParametersOf(constructor)})"],
            MethodInfo { IsSpecialName: false, DeclaringType.IsEnum: false } method when method.Name is not ("Equals" or "GetHashCode" or "ToString")
                => [$"{owner} {NameOf(method.ReturnType)} {method.Name}({ParametersOf(method)})"],
            _ => [],
        };
    }

    private static IEnumerable<string> Accessors(PropertyInfo property)
    {
        if (property.GetMethod is { IsPublic: true }) yield return "get";
        if (property.SetMethod is { IsPublic: true }) yield return "set";
    }

    private static string ParametersOf(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter => NameOf(parameter.ParameterType)));

    private static string NameOf(Type type)
    {
        if (type.IsByRef) return NameOf(type.GetElementType()!) + "&";
        if (type.IsArray) return NameOf(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter) return type.Name;
        var name = type.IsNested ? $"{NameOf(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}";
        var arguments = type.IsGenericType ? $"<{string.Join(",", type.GetGenericArguments().Select(NameOf))}>" : "";
        return name.Split('`')[0] + arguments;
    }
}
