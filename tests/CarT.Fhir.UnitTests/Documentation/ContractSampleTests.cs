using System.Collections;
using System.Reflection;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.UnitTests.FhirSdk;
using CarT.Fhir.UnitTests.Repository;
using Xunit;

namespace CarT.Fhir.UnitTests.Documentation;

/// <summary>
/// contracts/samples holds each bus message as version 1 writes it. A change that a consumer of that version could not read, or that would lose
/// one of its members, fails here.
/// </summary>
public sealed class ContractSampleTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "contracts", "samples");

    public static TheoryData<string, Type> Samples { get; } = new()
    {
        { "facts-recorded.v1.json", typeof(FactsRecorded) },
        { "facts-applied.v1.json", typeof(FactsApplied) },
        { "assessment-changed.v1.json", typeof(AssessmentChanged) },
        { "assessment-applied.v1.json", typeof(AssessmentApplied) },
        { "writeback-settled.v1.json", typeof(WriteBackSettled) },
        { "reassess-patient.v1.json", typeof(ReassessPatient) },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_read_and_written_back_as_it_was(string file, Type message)
    {
        var (text, read) = Read(file, message);

        JsonSame.Assert(text, JsonSerializer.Serialize(read, message, CartJson.Options));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_sets_every_member_at_least_once(string file, Type message)
    {
        var (set, all) = (new HashSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        Walk(Read(file, message).Message, set, all);

        Assert.Equal([], all.Except(set));
    }

    [Fact]
    public void Facts_that_were_stored_before_a_result_kept_its_received_form_are_read()
    {
        var text = File.ReadAllText(Path.Combine(Folder, "facts-recorded.v1.json")).Replace(",\n          \"received\": \">=41.5 U/L\"", "", StringComparison.Ordinal);

        var read = JsonSerializer.Deserialize<FactsRecorded>(text, CartJson.Options)!;

        Assert.Equal((41.5m, null), read.Resources.SelectMany(version => version.Chemistry).Select(result => (result.Value, result.Received)).Single());
    }

    [Fact]
    public void There_is_a_sample_of_every_message_and_no_other_file()
    {
        var files = Samples.Select(row => row.Data.Item1);
        var carried = Samples.SelectMany(row => row.Data.Item2.GetProperties()).SelectMany(member => member.PropertyType.GenericTypeArguments);
        var messages = typeof(FactsRecorded).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(FactsRecorded).Namespace).Except(carried);

        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.Equal(messages.Select(type => type.Name).Order(StringComparer.Ordinal), Samples.Select(row => row.Data.Item2.Name).Order(StringComparer.Ordinal));
    }

    private static (string Text, object Message) Read(string file, Type message)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        return (text, JsonSerializer.Deserialize(text, message, CartJson.Options)!);
    }

    /// <summary>Collects the members of every contract type below a value, and those that are neither null nor an empty list somewhere.</summary>
    private static void Walk(object value, HashSet<string> set, SortedSet<string> all)
    {
        if (value is IEnumerable items and not string)
        {
            foreach (var item in items) Walk(item, set, all);
        }
        else if (value.GetType().Namespace?.StartsWith(typeof(Assessment).Namespace!, StringComparison.Ordinal) == true)
        {
            foreach (var member in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)) Note(value, member, set, all);
        }
    }

    private static void Note(object owner, PropertyInfo member, HashSet<string> set, SortedSet<string> all)
    {
        var name = owner.GetType().Name + "." + member.Name;
        all.Add(name);
        if (member.GetValue(owner) is not { } value || value is ICollection { Count: 0 }) return;
        set.Add(name);
        Walk(value, set, all);
    }
}
