using System.Text;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>The document of one seed: the same seed and the same corpus make the same bytes.</summary>
internal static class FuzzDocument
{
    internal static byte[] Of(int seed, Corpus corpus)
    {
        var random = new Random(seed);
        var text = random.Next(10) switch
        {
            0 => Bundle(random, corpus),
            1 => string.Join(random.Next(4) == 0 ? "\r\n" : "\n", Enumerable.Range(0, random.Next(2, 5)).Select(_ => Changed(random, corpus).Text())),
            _ => Changed(random, corpus).Text(),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var changes = random.Next(4) == 0 ? random.Next(1, 4) : 0; changes > 0; changes--) bytes = ByteMutations.Change(random, bytes);
        return bytes;
    }

    private static RawJson Changed(Random random, Corpus corpus)
    {
        var document = corpus.Pick(random);
        var mutations = new JsonMutations(random, corpus);
        // Mostly one change: after several hardly a document says anything any more.
        for (var changes = random.Next(3) == 0 ? random.Next(2, 5) : 1; changes > 0; changes--) mutations.Change(document);
        return document;
    }

    /// <summary>Several resources in one Bundle, the Bundle itself changed as well.</summary>
    private static string Bundle(Random random, Corpus corpus)
    {
        var type = new[] { "collection", "searchset", "history", "transaction" }[random.Next(4)];
        var entries = new RawJson.Array();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var entry = new RawJson.Object { Members = [new RawJson.Member("fullUrl", new RawJson.Scalar($"\"https://ehr.example.org/fhir/Observation/{random.Next(3)}\""))] };
            if (random.Next(8) > 0) entry.Members.Add(new RawJson.Member("resource", random.Next(3) == 0 ? Changed(random, corpus) : corpus.Pick(random)));
            if (random.Next(3) == 0)
                entry.Members.Add(new RawJson.Member("request", RawJson.Parse($$"""{"method":"{{(random.Next(2) == 0 ? "PUT" : "DELETE")}}","url":"Observation/{{random.Next(3)}}"}""")));
            entries.Items.Add(entry);
        }
        var bundle = new RawJson.Object { Members = [new("resourceType", new RawJson.Scalar("\"Bundle\"")), new("type", new RawJson.Scalar($"\"{type}\"")), new("entry", entries)] };
        if (random.Next(3) == 0) new JsonMutations(random, corpus).Change(bundle);
        return bundle.Text();
    }
}
