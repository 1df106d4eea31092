using System.Globalization;
using System.Net;
using System.Text;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary>
/// A drawing as text: shapes with a class of the style sheet, and what a shape means as its title, which a browser shows under the pointer and a
/// screen reader says. Lengths are in the units of the view box.
/// </summary>
internal sealed class Svg
{
    private readonly StringBuilder markup = new();
    private readonly decimal width;
    private readonly decimal height;
    private readonly string? title;

    /// <param name="width">Of the view box.</param>
    /// <param name="height">Of the view box.</param>
    /// <param name="title">What a screen reader says; null for a sign whose meaning stands beside it.</param>
    public Svg(decimal width, decimal height, string? title)
    {
        this.width = width;
        this.height = height;
        this.title = title;
    }

    public Svg Rect(string look, decimal x, decimal y, decimal w, decimal h, string? meaning = null) =>
        Shape($"rect class=\"{look}\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(w)}\" height=\"{N(h)}\"", "rect", meaning);

    public Svg Line(string look, decimal x1, decimal y1, decimal x2, decimal y2, string? meaning = null) =>
        Shape($"line class=\"{look}\" x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"", "line", meaning);

    public Svg Circle(string look, decimal x, decimal y, decimal radius, string? meaning = null) =>
        Shape($"circle class=\"{look}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"", "circle", meaning);

    public Svg Diamond(string look, decimal x, decimal y, decimal size, string? meaning = null) =>
        Path(look, $"M{N(x)} {N(y - size)}L{N(x + size)} {N(y)}L{N(x)} {N(y + size)}L{N(x - size)} {N(y)}Z", meaning);

    public Svg Triangle(string look, decimal x, decimal y, decimal size, string? meaning = null) =>
        Path(look, $"M{N(x)} {N(y - size)}L{N(x + size)} {N(y + size)}L{N(x - size)} {N(y + size)}Z", meaning);

    /// <summary>A cross standing on its points.</summary>
    public Svg Cross(string look, decimal x, decimal y, decimal size, string? meaning = null) =>
        Path(look, $"M{N(x - size)} {N(y - size)}L{N(x + size)} {N(y + size)}M{N(x - size)} {N(y + size)}L{N(x + size)} {N(y - size)}", meaning);

    public Svg Polyline(string look, IEnumerable<(decimal X, decimal Y)> points) =>
        Shape($"polyline class=\"{look}\" points=\"{string.Join(' ', points.Select(static p => $"{N(p.X)},{N(p.Y)}"))}\"", "polyline", null);

    /// <summary>Words at a point; the anchor is start, middle or end.</summary>
    public Svg Text(decimal x, decimal y, string words, string anchor = "start", string look = "")
    {
        markup.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\" class=\"{look}\">{Escape(words)}</text>");
        return this;
    }

    public override string ToString() =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" {(title is null ? "aria-hidden=\"true\"" : $"role=\"img\" aria-label=\"{Escape(title)}\"")}>{markup}</svg>";

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    private Svg Path(string look, string path, string? meaning) => Shape($"path class=\"{look}\" d=\"{path}\"", "path", meaning);

    private Svg Shape(string opening, string name, string? meaning)
    {
        markup.Append('<').Append(opening);
        if (meaning is null) markup.Append("/>");
        else markup.Append("><title>").Append(Escape(meaning)).Append("</title></").Append(name).Append('>');
        return this;
    }

    private static string N(decimal number) => Math.Round(number, 1).ToString("0.#", CultureInfo.InvariantCulture);
}
