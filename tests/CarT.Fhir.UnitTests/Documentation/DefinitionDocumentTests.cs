using CarT.Fhir.Hematology;
using CarT.Fhir.UnitTests.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Documentation;

/// <summary>What docs/protocol.md says of the built-in definitions is what their files say.</summary>
[Collection(DocumentSection.Collection)]
public sealed class DefinitionDocumentTests
{
    [Fact]
    public void The_parameters_in_which_the_definitions_differ_stand_in_the_document()
    {
        string[] ids = [ProtocolDefinition.DefaultId, .. ProtocolDefinition.BuiltInIds.Where(id => id != ProtocolDefinition.DefaultId)];
        var columns = ids.Select(DefinitionFile.Parameters).ToList();
        var rows = columns[0].Select((parameter, i) => (parameter.Path, Values: columns.Select(column => $"`{column[i].Value}`").ToList()))
            .Where(row => row.Values.Distinct(StringComparer.Ordinal).Count() > 1);

        DocumentSection.Compare("definitions",
        [
            Row(["parameter", .. ids.Select(id => $"`{id}`")]),
            Row(ids.Prepend("").Select(_ => "---")).Replace(" ", "", StringComparison.Ordinal),
            .. rows.Select(row => Row([$"`{row.Path}`", .. row.Values])),
        ]);
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
