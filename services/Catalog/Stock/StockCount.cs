using Marketplace.Catalog.Offers;

namespace Marketplace.Catalog.Stock;

/// <summary>How figures of a whole request or file are to be understood.</summary>
/// <param name="AsOf">When the shop's things were as told.</param>
/// <param name="ReservedExcluded">The figures leave out copies set aside for orders; else they count all there is, in the shop and in its parcels at a shared point.</param>
internal sealed record Counting(StockSource Source, DateTimeOffset AsOf, bool ReservedExcluded = false)
{
    internal string Kind => Source == StockSource.Hand ? "adjustment" : "feed";

    /// <summary>The figures are of pieces: an offer sold by weight, which counts in grams, is not meant by them.</summary>
    internal bool OfPieces { get; init; }

    /// <summary>They are said of what the till's feed told alone: a figure that somebody has given since stands.</summary>
    internal bool OnlyFed { get; init; }

    /// <summary>What the ledger says of it, where a figure moved.</summary>
    internal string? Note { get; init; }
}

/// <summary>What moved between the moment of a count and now: sales of ours that the count cannot know yet.</summary>
/// <param name="Lacked">What left the figure because it had been found missing, with the order for which it was set aside.</param>
internal readonly record struct MovedSince(long OnHand, long Reserved, long Lacked);

/// <summary>
/// Takes a shop's own figure over into the ledger. Pure. Three ways of losing an order are kept out: a count taken before our sale does not bring
/// the sold piece back, one that leaves out reserved copies does not sell them again, and one lower than what is set aside sets
/// nothing free but says so.
/// </summary>
internal static class StockCount
{
    internal const string OlderThanKnown = "older-than-known";

    /// <summary>The note of a movement that takes off the figure what was set aside and is not there.</summary>
    internal const string WasMissing = "manquait au comptage";

    /// <summary>The note of a movement to what a shop counted along its shelf.</summary>
    internal const string Listed = "liste de comptage";

    internal static Fault Duplicate() => new("duplicate", "Cette référence figure déjà plus haut dans l’envoi.", "This reference appears further up already.");

    internal static Fault ByWeight() => new("by-weight", "Cet article se vend au poids : un nombre de pièces n’en dit pas le stock.", "This article is sold by weight: a number of pieces does not tell its stock.");

    /// <summary>Moves the item; a movement when a figure changed, a fault when the figure could not be taken as it is.</summary>
    internal static (Movement? Movement, Fault? Fault) Apply(StockItem item, long counted, Counting counting, MovedSince since)
    {
        var level = item.Now;
        if (counting.AsOf < level.AsOf)
        {
            return (null, new(OlderThanKnown, $"Ce chiffre date d’avant le dernier reçu ({level.AsOf:u}) ; il n’a pas été pris.",
                $"This figure is older than the last one received ({level.AsOf:u}); it was not taken."));
        }

        // A figure that leaves out what is set aside knows nothing of it: what somebody who looked did not find is as absent as before, until the orders of then have ended.
        var aside = Math.Max(level.Reserved - since.Reserved, 0);
        var onHand = counted + since.OnHand + (counting.ReservedExcluded ? Math.Max(aside - level.Lacking + since.Lacked, 0) : 0);
        var tooFew = onHand < level.Reserved;
        var fault = tooFew
            ? counting.ReservedExcluded
                ? new Fault("below-reserved", $"Il manque {level.Reserved - onHand} des {level.Reserved} mis de côté pour des commandes : plus rien n’est proposé à la vente, vérifiez ces commandes.",
                    $"{level.Reserved - onHand} of the {level.Reserved} set aside for orders are missing: nothing more is offered for sale, check these orders.")
                : new Fault("below-reserved", $"{counted} compté, mais {level.Reserved} mis de côté pour des commandes : plus rien n’est proposé à la vente, vérifiez ces commandes.",
                    $"{counted} counted, but {level.Reserved} set aside for orders: nothing more is offered for sale, check these orders.")
            : null;
        var missing = Math.Clamp(level.Reserved - onHand, 0, level.Reserved);
        var lacking = Math.Max(counting.ReservedExcluded ? Math.Min(level.Lacking, Math.Max(aside, level.Reserved)) : aside - counted, missing);
        onHand = Math.Max(onHand, level.Reserved);
        var assumed = Math.Clamp(onHand - counted - since.OnHand, missing, level.Reserved);
        var now = level with
        {
            OnHand = onHand,
            Source = counting.Source,
            AsOf = counting.AsOf,
            CountedAt = counting.AsOf,
            Assumed = assumed,
            Missing = missing,
            Lacking = lacking,
            // Where a figure says that more lacks than the last look found, no look vouches for it: an earlier end, heard of late, takes nothing off.
            LookedAt = !counting.ReservedExcluded ? counting.AsOf : missing > level.Lacking ? null : level.LookedAt,
        };
        if (now == level)
        {
            return (null, fault); // the same again
        }

        item.Now = now with { Version = level.Version + 1 };
        var note = tooFew ? $"compté {counted}, mis de côté {level.Reserved}" : null;
        return onHand == level.OnHand && missing == level.Missing
            ? (null, fault) // nothing moved, but the figure is fresh again
            : (new Movement(item.Offer.OfferId, counting.Kind, onHand - level.OnHand, 0, onHand, level.Reserved, Note: note, Counted: true, Source: counting.Source) { Missing = item.TellMissing() }, fault);
    }
}
