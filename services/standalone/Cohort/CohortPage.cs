using System.Reflection;
using System.Text;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary>
/// The report as one HTML page that needs nothing else: no script, nothing loaded. The numbers, a swimmer plot, the counts of every patient who was
/// treated or severely cytopenic, and behind each picture the data that it shows.
/// </summary>
internal static class CohortPage
{
    private static readonly string Style = ReadStyle();

    /// <summary>UTF-8.</summary>
    public static byte[] Render(CohortReport report, IReadOnlyList<PatientCourse> courses, ProtocolDefinition definition)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
            .Append("<title>Cytopenia after CAR-T: cohort</title><style>").Append(Style).Append("</style></head><body>\n");
        Introduce(html, definition);
        CohortPageTables.Numbers(html, report);
        Draw(html, [.. courses.Where(course => course.Episode is not null && (course.EverSevere || course.Episode.Agents.Count > 0))], definition);
        CohortPageTables.Patients(html, report, courses);
        CohortPageTables.Refused(html, report);
        html.Append("</body></html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    private static void Introduce(StringBuilder html, ProtocolDefinition definition) => html
        .Append("<h1>Cytopenia after CAR-T: cohort</h1>\n<p class=\"quiet\">Protocol ").Append(Svg.Escape($"{definition.Id} {definition.Version}, {definition.Hash}"))
        .Append("</p>\n<p>All use of TPO receptor agonists after CAR-T is off-label. This page reports what was recorded; it is no advice, and no order.</p>\n");

    private static void Draw(StringBuilder html, IReadOnlyList<PatientCourse> patients, ProtocolDefinition definition)
    {
        html.Append("<h2>Course of each patient</h2>\n");
        if (patients.Count == 0)
        {
            html.Append("<p>Nobody was treated with a TPO-RA or became severely and persistently cytopenic.</p>\n");
            return;
        }
        html.Append("<p>Everybody who was treated or severely cytopenic, in days from the infusion. A lineage has resolved on the first of ")
            .Append(definition.Resolution.Values).Append(" values above its threshold on different days without transfusion between; it counts as severe until the last of them.</p>\n");
        html.Append(Legend.OfSwimmer).Append("<figure>").Append(SwimmerPlot.Draw(patients)).Append("</figure>\n");
        CohortPageTables.Courses(html, patients);
        html.Append("<h2>Counts of each patient</h2>\n").Append(Legend.OfTrajectory);
        foreach (var patient in patients)
        {
            html.Append("<h3>").Append(Svg.Escape($"{patient.Patient}, {patient.Episode!.Product}, infused on {patient.Episode.InfusedOn:yyyy-MM-dd}")).Append("</h3>\n<figure>")
                .Append(TrajectoryPlot.Draw(patient, definition.Low)).Append("</figure>\n");
            CohortPageTables.Counts(html, patient.Episode);
        }
    }

    private static string ReadStyle()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("cohort/page.css")!;
        return new StreamReader(stream).ReadToEnd();
    }
}

/// <summary>What the shapes mean.</summary>
internal static class Legend
{
    public static string OfSwimmer { get; } = Of(
        (Sign().Triangle("end", 13, 7, 5), "CAR-T infusion"),
        (Sign().Rect("dose", 1, 3, 24, 8), "eltrombopag or another tablet, as high as its dose"),
        (Sign().Diamond("weekly", 13, 7, 6), "romiplostim"),
        (Sign().Rect("severe", 1, 3, 24, 8), "severe"),
        (Sign().Rect("resolved", 1, 3, 24, 8), "resolved"),
        (Sign().Rect("followed", 1, 3, 24, 8), "neither, followed up"),
        (Sign().Circle("first", 13, 7, 5), "first of the values that resolved it"),
        (Sign().Line("bag", 13, 1, 13, 13), "transfusion (platelets, red cells)"),
        (Sign().Cross("end", 13, 7, 5), "death"));

    public static string OfTrajectory { get; } = Of(
        (Sign().Circle("low", 13, 7, 3.5m), "low: at or below the threshold, as the definition says"),
        (Sign().Circle("recovered", 13, 7, 3.5m), "above it, not supported"),
        (Sign().Cross("supported", 13, 7, 3.5m), "above it under a transfusion: counts neither way"),
        (Sign().Line("threshold", 0, 7, 26, 7), "threshold"),
        (Sign().Rect("therapy", 0, 0, 26, 14), "days with a TPO-RA"),
        (Sign().Line("bag", 13, 1, 13, 13), "transfusion of this lineage"),
        (Sign().Line("mark", 13, 0, 13, 14), "day of resolution"));

    private static Svg Sign() => new(26, 14, null);

    private static string Of(params (Svg Sign, string Meaning)[] signs) =>
        "<ul class=\"legend\">" + string.Concat(signs.Select(sign => $"<li>{sign.Sign}{Svg.Escape(sign.Meaning)}</li>")) + "</ul>\n";
}
