using System.Text;
using System.Text.Json;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>JSON that can be changed and that keeps every token as it was written: digits, escapes, members given twice.</summary>
internal abstract class RawJson
{
    internal sealed class Scalar(string token) : RawJson
    {
        internal string Token { get; set; } = token;

        internal override RawJson Copy() => new Scalar(Token);

        private protected override void Write(StringBuilder text) => text.Append(Token);
    }

    internal sealed class Array : RawJson
    {
        internal List<RawJson> Items { get; init; } = [];

        internal override RawJson Copy() => new Array { Items = [.. Items.Select(item => item.Copy())] };

        private protected override void Write(StringBuilder text)
        {
            text.Append('[');
            for (var i = 0; i < Items.Count; i++)
            {
                if (i > 0) text.Append(',');
                Items[i].Write(text);
            }
            text.Append(']');
        }
    }

    internal sealed class Object : RawJson
    {
        internal List<Member> Members { get; init; } = [];

        internal Member? Find(string name) => Members.Find(member => member.Name == name);

        internal override RawJson Copy() => new Object { Members = [.. Members.Select(member => member.Copy())] };

        private protected override void Write(StringBuilder text)
        {
            text.Append('{');
            for (var i = 0; i < Members.Count; i++)
            {
                if (i > 0) text.Append(',');
                text.Append('"').Append(Members[i].Name).Append("\":");
                Members[i].Value.Write(text);
            }
            text.Append('}');
        }
    }

    /// <summary>The name as it stands between the quotes, escapes and all.</summary>
    internal sealed class Member(string name, RawJson value)
    {
        internal string Name { get; set; } = name;

        internal RawJson Value { get; set; } = value;

        internal Member Copy() => new(Name, Value.Copy());
    }

    internal static RawJson Parse(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        return Of(document.RootElement);
    }

    internal abstract RawJson Copy();

    internal string Text()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    /// <summary>This node and everything below it.</summary>
    internal IEnumerable<RawJson> All() => Children().SelectMany(child => child.All()).Prepend(this);

    private protected abstract void Write(StringBuilder text);

    private IEnumerable<RawJson> Children() => this switch
    {
        Array array => array.Items,
        Object item => item.Members.Select(member => member.Value),
        _ => [],
    };

    private static RawJson Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new Object { Members = [.. element.EnumerateObject().Select(member => new Member(member.Name, Of(member.Value)))] },
        JsonValueKind.Array => new Array { Items = [.. element.EnumerateArray().Select(Of)] },
        _ => new Scalar(element.GetRawText()),
    };
}
