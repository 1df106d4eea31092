using System.Xml.Linq;
using Xunit;

namespace CarT.Fhir.UnitTests.Repository;

/// <summary>The dependency rule of docs/flow.md, read from the project files.</summary>
public sealed class DependencyRuleTests
{
    private const string Sdk = "Hl7.Fhir.R4.Subset";

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["CarT.Fhir.Contracts"] = [],
        [Sdk] = [],
        ["CarT.Fhir.Simulator"] = [],
        ["CarT.Fhir.Hematology"] = ["CarT.Fhir.Contracts"],
        ["CarT.Fhir.R4"] = ["CarT.Fhir.Contracts", Sdk],
        ["CarT.Fhir.Hosting"] = ["CarT.Fhir.Contracts"],
        ["CarT.Fhir.Listener"] = ["CarT.Fhir.Contracts", "CarT.Fhir.R4", "CarT.Fhir.Hosting"],
        ["CarT.Fhir.WriteBack"] = ["CarT.Fhir.Contracts", "CarT.Fhir.R4", "CarT.Fhir.Hosting"],
        ["CarT.Fhir.Gateway"] = ["CarT.Fhir.Contracts", "CarT.Fhir.R4", "CarT.Fhir.Hosting"],
        ["CarT.Fhir.Protocol"] = ["CarT.Fhir.Contracts", "CarT.Fhir.Hematology", "CarT.Fhir.Hosting"],
    };

    // The composition root may see everything.
    private const string Standalone = "CarT.Fhir.Standalone";

    [Fact]
    public void Every_project_references_only_what_the_dependency_rule_allows()
    {
        var breaches = Projects().Where(project => project.Name != Standalone)
            .SelectMany(project => project.References.Except(Allowed[project.Name]).Select(reference => $"{project.Name} -> {reference}"));

        Assert.Empty(breaches);
    }

    [Fact]
    public void The_contracts_and_the_medicine_reference_no_package()
    {
        var packages = Projects().Where(project => project.Name is "CarT.Fhir.Contracts" or "CarT.Fhir.Hematology" or Sdk)
            .SelectMany(project => project.Packages.Select(package => $"{project.Name} -> {package}"));

        Assert.Empty(packages);
    }

    [Fact]
    public void The_protocol_service_and_the_medicine_never_see_FHIR_types()
    {
        var breaches = RepositoryFiles.CSharp("services/protocol", "services/lib/hematology", "contracts")
            .Where(file => file.Lines.Any(line => line.Contains("Hl7.Fhir", StringComparison.Ordinal)))
            .Select(file => file.Path);

        Assert.Empty(breaches);
    }

    private static IEnumerable<(string Name, string[] References, string[] Packages)> Projects() =>
        new[] { "contracts", "services" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(file =>
            {
                var project = XDocument.Load(file);
                return (
                    Path.GetFileNameWithoutExtension(file),
                    project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).ToArray(),
                    project.Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value).ToArray());
            });
}
