namespace CarT.Fhir.Hematology;

/// <summary>A value with its comparator, for minimum, maximum and upper limits (P2.4): <c>&lt;b</c> is just below b, <c>&gt;b</c> just above.</summary>
internal readonly record struct Magnitude(decimal Value, int Nudge) : IComparable<Magnitude>
{
    public static Magnitude Of(decimal value, string? comparator) => new(value, comparator switch { "<" => -1, ">" => 1, _ => 0 });

    public int CompareTo(Magnitude other)
    {
        var byValue = Value.CompareTo(other.Value);
        return byValue != 0 ? byValue : Nudge.CompareTo(other.Nudge);
    }

    public bool IsAbove(decimal limit) => CompareTo(new Magnitude(limit, 0)) > 0;

    public bool IsAtLeast(decimal limit) => CompareTo(new Magnitude(limit, 0)) >= 0;

    public bool IsBelow(decimal limit) => CompareTo(new Magnitude(limit, 0)) < 0;

    /// <summary>The point on the straight line from <paramref name="from"/> to <paramref name="to"/>, this many steps of all on.</summary>
    public static Magnitude Between(Magnitude from, Magnitude to, int steps, int all) => new(
        ((from.Value * (all - steps)) + (to.Value * steps)) / all, Math.Sign((from.Nudge * (all - steps)) + (to.Nudge * steps)));
}
