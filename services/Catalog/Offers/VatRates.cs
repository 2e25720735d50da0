namespace Marketplace.Catalog.Offers;

/// <summary>The VAT rates that may stand on an offer, each for its time (mainland France; CGI 278 and following, CIBS from September 2026).</summary>
internal static class VatRates
{
    private sealed record Rate(decimal Percent, DateOnly From, DateOnly? To, string Source)
    {
        internal bool HoldsOn(DateOnly day) => From <= day && (To is null || day < To);
    }

    private static readonly Rate[] Table =
    [
        new(20m, new(2014, 1, 1), null, "CGI 278"),
        new(10m, new(2014, 1, 1), null, "CGI 278 bis, 279"),
        new(5.5m, new(1982, 7, 1), null, "CGI 278-0 bis"),
        new(2.1m, new(1989, 1, 1), null, "CGI 298 septies"),
        new(0m, new(1999, 1, 1), null, "CGI 293 B: small-business exemption, no VAT is shown"),
    ];

    internal const decimal Normal = 20m;

    /// <summary>Those of that day, the usual one first.</summary>
    internal static IReadOnlyList<decimal> On(DateOnly day) => [.. Table.Where(r => r.HoldsOn(day)).Select(r => r.Percent)];

    internal static bool Holds(decimal percent, DateOnly on) =>
        Table.Any(r => r.Percent == percent && r.HoldsOn(on));
}
