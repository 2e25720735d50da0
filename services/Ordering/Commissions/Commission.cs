using Marketplace.Contracts;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Commissions;

/// <summary>What the platform keeps of a sale by card (decision 25). Frozen on the order when it is placed, so that no later rule touches it.</summary>
/// <param name="BasisPoints">Hundredths of a per cent of what each shop's goods came to, VAT included.</param>
/// <param name="FixedCents">Of the whole order, whatever it came to: shared by its shops as their parts are large.</param>
/// <param name="VatRate">Per cent, on top of both.</param>
internal sealed record Commission(int BasisPoints, long FixedCents, decimal VatRate);

/// <summary>The platform's share of one part, or of what is left of it.</summary>
/// <param name="Cents">Without VAT.</param>
/// <param name="VatCents">On top of it.</param>
internal sealed record CommissionShare(long Cents, long VatCents)
{
    internal static readonly CommissionShare None = new(0, 0);

    internal long Total => Cents + VatCents;

    public static CommissionShare operator -(CommissionShare from, CommissionShare taken) => new(from.Cents - taken.Cents, from.VatCents - taken.VatCents);
}

/// <summary>The arithmetic of a commission: whole cents, which add up. Pure.</summary>
internal static class CommissionShares
{
    /// <summary>The parts, each with the share that is kept of it: never more than the part.</summary>
    internal static IReadOnlyList<PaidPart> Of(Commission? commission, IReadOnlyList<PaidPart> parts)
    {
        if (commission is null or { BasisPoints: 0, FixedCents: 0 } || parts.Count == 0)
        {
            return parts;
        }

        var shared = LargestRemainder(commission.FixedCents, [.. parts.Select(p => p.Cents)]);
        return [.. parts.Select((p, i) => p with { Commission = OfPart(commission, p.Cents, shared[i]) })];
    }

    /// <summary>
    /// What is kept of a part once so much of it went back: in proportion to what did not, rounded once with its VAT, which is split out of it. So what the shop is owed never
    /// grows with what went back, and nothing but the sum counts: what each refund gives back of the commission adds up whatever their number and order, and all of it is given
    /// back with all of the part.
    /// </summary>
    internal static CommissionShare Kept(PaidPart part, long backCents)
    {
        if (part.Commission is not { Total: > 0 } share || backCents >= part.Cents)
        {
            return CommissionShare.None;
        }

        var kept = Rounded((decimal)share.Total * (part.Cents - backCents) / part.Cents);
        var vat = Rounded((decimal)share.VatCents * kept / share.Total);
        return new CommissionShare(kept - vat, vat);
    }

    /// <summary>Divides cents in proportion to the weights: rounded down, and what is left goes, cent by cent, to those that lost most by it; the first of equals. It always adds up.</summary>
    internal static long[] LargestRemainder(long total, IReadOnlyList<long> weights)
    {
        var sum = weights.Sum(w => (decimal)w);
        if (sum == 0)
        {
            return new long[weights.Count];
        }

        var exact = weights.Select(w => total * w / sum).ToArray();
        var shares = Array.ConvertAll(exact, e => (long)decimal.Floor(e));
        foreach (var one in Enumerable.Range(0, shares.Length).OrderByDescending(i => exact[i] - shares[i]).Take((int)(total - shares.Sum())))
        {
            shares[one]++;
        }

        return shares;
    }

    private static CommissionShare OfPart(Commission commission, long part, long shared)
    {
        var cents = Math.Min(part, Rounded((decimal)part * commission.BasisPoints / 10_000) + shared);
        var vat = Rounded(cents * commission.VatRate / 100);
        if (cents + vat <= part)
        {
            return new CommissionShare(cents, vat);
        }

        // A part of some cents: all of it, and what of that is VAT.
        vat = Money.VatIncluded(part, commission.VatRate);
        return new CommissionShare(part - vat, vat);
    }

    private static long Rounded(decimal cents) => (long)Math.Round(cents, MidpointRounding.AwayFromZero);
}
