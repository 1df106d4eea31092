namespace CarT.Fhir.Standalone.Cohort;

/// <summary>The horizontal axis of every picture: days from the infusion, between two margins.</summary>
internal sealed class DayAxis(int lastDay)
{
    public const decimal Width = 1100;
    public const decimal From = 250;
    public const decimal To = 1080;

    private readonly int end = Math.Max(10, ((lastDay + 9) / 10) * 10);

    public decimal At(decimal day) => From + (Math.Clamp(day, 0, end) * (To - From) / end);

    /// <summary>Vertical lines with the day above them.</summary>
    public void Draw(Svg svg, decimal top, decimal bottom)
    {
        var step = end <= 60 ? 5 : end <= 120 ? 10 : end <= 260 ? 20 : 50;
        for (var day = 0; day <= end; day += step)
        {
            svg.Line("grid", At(day), top, At(day), bottom);
            svg.Text(At(day), top - 6, day == 0 ? "day 0" : day.ToString(), "middle", "quiet");
        }
    }
}
