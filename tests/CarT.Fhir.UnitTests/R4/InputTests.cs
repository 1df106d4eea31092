using System.IO.Compression;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Input;
using Xunit;
using static CarT.Fhir.UnitTests.R4.Given;

namespace CarT.Fhir.UnitTests.R4;

public sealed class InputTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cart-input-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Folders_are_read_with_everything_below_them_and_other_json_is_skipped()
    {
        Directory.CreateDirectory(Path.Combine(folder, "deep", "er"));
        Write("a.json", Count(Anc, "0.3", "10*3/uL"));
        Write("deep/er/b.ndjson", Count(Platelets, "18", "10*9/L") + "\n\n" + Count(Hemoglobin, "7.9", "g/dL") + "\r\n");
        Directory.CreateSymbolicLink(Path.Combine(folder, "deep", "back"), folder);
        Write("package.json", "{\"name\":\"x\"}");
        Write(".index.json", "[1]");
        Write("readme.md", "{");
        Write("empty.json", " \n");
        var result = ReadFolder();
        Assert.Equal(3, result.Versions.Sum(version => version.CellCounts.Count));
        Assert.Equal(3, result.Skipped);
        Assert.Empty(result.Refused);
    }

    [Fact]
    public void Gzipped_files_and_standard_input_are_read_like_others()
    {
        using (var file = File.Create(Path.Combine(folder, "a.ndjson.gz")))
        using (var packed = new GZipStream(file, CompressionLevel.Fastest))
            packed.Write(Utf8(Count(Anc, "0.3", "10*3/uL") + "\n" + Count(Anc, "0.4", "10*3/uL")));
        Assert.Equal(2, ReadFolder().Versions.Count);
        using var input = new MemoryStream(Utf8(Count(Anc, "0.3", "10*3/uL")));
        Assert.Single(InputReader.Read(["-"], input, Context).Versions);
    }

    [Fact]
    public void Broken_input_is_refused_by_the_name_of_its_file_and_stops_nothing()
    {
        Write("broken.json", "{\"resourceType\":\"Observation\"");
        Write("lines.ndjson", Count(Anc, "0.3", "10*3/uL") + "\n{oops\n" + Count(Anc, "0.4", "10*3/uL"));
        Write("bundle.json", Bundle("collection", $$$"""{"resource":{"resourceType":"Observation","id":"twice","id":"twice"}},{"resource":{{{Count(Anc, "0.5", "10*3/uL")}}}},7,{"resource":{"id":"x"}}"""));
        File.WriteAllBytes(Path.Combine(folder, "bad.json.gz"), [1, 2, 3]);
        var result = ReadFolder();
        Assert.Equal(3, result.Versions.Sum(version => version.CellCounts.Count));
        Assert.Equal(["bad.json.gz", "broken.json", "bundle.json#2", "bundle.json#3", "lines.ndjson:2"], result.Refused.Select(refusal => refusal.Resource).Order(StringComparer.Ordinal));
        Assert.All(result.Refused, refusal => Assert.Equal(DataQualityCodes.ResourceInvalid, refusal.Code));
        Assert.Contains(result.Versions, version => version.Resource.Id == "twice" && version.Refusals.Count == 1);
    }

    [Fact]
    public void References_within_a_bundle_are_resolved_before_and_after_and_by_full_url()
    {
        const string p = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
        const string m = "urn:uuid:88f151c0-a954-468a-88bd-5ae15c08e059";
        Write("transaction.json", Bundle("transaction",
            $$$"""{"fullUrl":"urn:uuid:5b1b1e0c-0d2b-4d0f-9a41-7c1f3b0e9a01","request":{"method":"POST","url":"MedicationAdministration"},"resource":{"resourceType":"MedicationAdministration","status":"completed","medicationReference":{"reference":"{{{m}}}"},"subject":{"reference":"{{{p}}}"},"effectiveDateTime":"2026-03-22"}}""",
            $$$"""{"fullUrl":"{{{m}}}","resource":{"resourceType":"Medication","code":{{{Concept((RxNorm, "711942"))}}}}}""",
            $$$"""{"fullUrl":"{{{p}}}","resource":{"resourceType":"Patient","id":"p9"}}"""));
        var version = Assert.Single(ReadFolder().Versions, version => version.DrugsGiven.Count == 1);
        Assert.Equal(new PatientKey("main", "p9"), version.Patient);
        Assert.Equal("5b1b1e0c-0d2b-4d0f-9a41-7c1f3b0e9a01", version.Resource.Id);
    }

    [Fact]
    public void Absolute_references_to_the_base_of_the_input_are_its_own()
    {
        var observation = Observation(Loinc(Anc), "\"valueQuantity\":" + Quantity("0.3", "10*3/uL"), subject: "\"subject\":{\"reference\":\"https://lab.example.org/r4/Patient/p1\"}");
        Write("search.json", Bundle("searchset", $$$"""{"fullUrl":"https://lab.example.org/r4/Observation/r1","resource":{{{observation}}}}"""));
        Assert.Equal("p1", Assert.Single(ReadFolder().Versions).Patient?.Id);
    }

    [Fact]
    public void P2_7_a_delete_in_a_history_is_a_retraction_and_elsewhere_a_wish()
    {
        const string entry = """{"request":{"method":"DELETE","url":"Observation/o1"},"response":{"status":"204","etag":"W/\"4\"","lastModified":"2026-03-24T10:00:00Z"}}""";
        Write("history.json", Bundle("history", entry));
        Write("transaction.json", Bundle("transaction", entry));
        var version = Assert.Single(ReadFolder().Versions);
        Assert.True(version.Retracted);
        Assert.Equal(("Observation/o1", "4", 24), (version.Resource.Reference, version.VersionId, version.LastUpdated?.Day));
    }

    [Fact]
    public void A_resource_without_an_id_is_refused_by_the_name_of_its_file()
    {
        Write("noid.json", Count(Anc, "0.3", "10*3/uL").Replace("\"id\":\"r1\",", "", StringComparison.Ordinal));
        var result = ReadFolder();
        Assert.Empty(result.Versions);
        Assert.Equal(("noid.json", DataQualityCodes.ResourceInvalid), (result.Refused[0].Resource, result.Refused[0].Code));
    }

    [Fact]
    public void A_path_that_does_not_exist_is_an_error_of_the_caller() =>
        Assert.Throws<FileNotFoundException>(() => InputReader.Read([Path.Combine(folder, "nowhere")], Stream.Null, Context));

    private InputResult ReadFolder() => InputReader.Read([folder], Stream.Null, Context);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private static string Bundle(string type, params string[] entries) =>
        $"{{\"resourceType\":\"Bundle\",\"type\":\"{type}\",\"entry\":[{string.Join(',', entries)}]}}";
}
