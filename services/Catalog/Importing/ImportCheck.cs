using System.Text;
using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Importing;

/// <summary>A line as it would be taken, or why it would not.</summary>
internal sealed record CheckedLine(ImportRecord Record, CheckedOffer? Offer, DateTimeOffset? StockAt, Fault? Fault, KnownOffer? Known);

/// <summary>Reads the lines of one file as offers, some hundreds at a time, in their order: the rules of the day, and each reference once.</summary>
internal sealed class ImportCheck(KnownOffers offers, ShopEntry shop, LineReading reading, CategoryTree categories, DateOnly today)
{
    private readonly HashSet<ulong> _skus = [];

    /// <summary>Passes a line over that was done before, but for its reference.</summary>
    internal void Remember(ImportRecord record) => _ = IsRepeat(record);

    /// <param name="compare">Whether what the shop has already is needed in any case.</param>
    internal async Task<List<CheckedLine>> CheckAsync(IReadOnlyList<ImportRecord> records, bool compare, CancellationToken token)
    {
        var looked = compare || reading.ByEan || !reading.Whole || reading.Has("stock_at") || reading.Has("stock_exported") || records.Any(r => !reading.NamesCategory(r.Fields));
        var keys = looked
            ? records.Where(r => r.Fault is null).Select(r => KeyOf(r)).OfType<string>().Distinct().ToList()
            : [];
        var known = keys.Count > 0 ? await offers.FindAsync(shop, keys, reading.ByEan, token) : [];
        var lines = new List<CheckedLine>(records.Count);
        foreach (var record in records)
        {
            lines.Add(Check(record, looked, KeyOf(record) is { } key ? known.GetValueOrDefault(key) : null));
        }

        return lines;
    }

    private CheckedLine Check(ImportRecord record, bool looked, KnownOffer? known)
    {
        if (record.Fault is not null || (record.Unended && record.Fields.Length < reading.Columns))
        {
            return new(record, null, null, Broken(record.Fault ?? "line-incomplete"), null);
        }

        var repeated = IsRepeat(record);
        var (definition, stockAt, unread) = reading.Read(record.Fields, known);
        if (definition is null)
        {
            return new(record, null, null, unread[0].Fault, known);
        }

        if (known?.Status == OfferRules.Archived && definition.Status is null && !reading.Offers && unread.Count == 0)
        {
            return new(record, null, null, Archived(), known);
        }

        if (stockAt is not null && definition.OnHand == known?.Row.Level.OnHand)
        {
            definition = definition with { OnHand = null }; // our own figure back again: nobody has counted
        }

        var (offer, faults) = OfferRules.CheckAll(definition, categories, today);
        // Where nothing was looked up the writing asks.
        faults = offer is not null && looked && Prepacking.Lacking(offer, KnownOf(known)) is { } lacking ? [lacking] : faults;
        repeated |= offer is not null && reading.ByEan && !_skus.Add(Fingerprint("sku " + offer.Sku)); // another's reference may look like a number
        if (unread.Count > 0 || faults.Count > 0 || repeated)
        {
            // All of it at once: who corrects a line wants to do so once.
            return new(record, null, null, Fault.All([.. unread.Select(u => u.Fault), .. faults.Where(f => !unread.Any(u => u.Explains(f))), .. repeated ? [StockCount.Duplicate()] : Array.Empty<Fault>()]), known);
        }

        // What was read of it is written back with the rest: only over what was read. By article number a new one's reference may be another's.
        return new(record, offer is not null && looked && (known is not null || !reading.ByEan) ? offer with { Seen = known?.Row.Version ?? 0 } : offer, stockAt, null, known);
    }

    private Prepacking.Known? KnownOf(KnownOffer? known) =>
        known is { Row: var row, Status: var status } ? Prepacking.Known.Of(status, row.Unit, row.Ean13, row.Category, row.Prepacked, categories) : null;

    // By article number as it is kept, so that a number typed with hyphens finds its offer.
    private string? KeyOf(ImportRecord record) => record.Fault is not null ? null
        : reading.ByEan ? reading.Ean(record.Fields) is { } ean ? Gtin.Normalise(ean).Ean13 ?? ean : null
        : reading.Sku(record.Fields);

    private bool IsRepeat(ImportRecord record) => KeyOf(record) is { } key && !_skus.Add(Fingerprint(key));

    private static Fault Archived() => new("archived", "Ce produit est archivé : remettez-le en vente depuis sa fiche.", "This product is archived: put it back on sale from its page.");

    private static Fault Broken(string reason) => reason switch
    {
        "line-too-long" => new(reason, "La ligne est trop longue.", "The line is too long."),
        "line-incomplete" => new(reason, "Le fichier s’arrête au milieu de cette ligne.", "The file ends in the middle of this line."),
        "quote-unclosed" => new(reason, "Un guillemet ouvert n’est pas refermé.", "An opened quotation mark is not closed."),
        _ => new(reason, "Un guillemet est mal placé.", "A quotation mark is misplaced."),
    };

    // FNV-1a: eight bytes a reference instead of the reference, for files of any size.
    private static ulong Fingerprint(string sku)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(sku))
        {
            hash = unchecked((hash ^ b) * 1099511628211UL);
        }

        return hash;
    }
}
