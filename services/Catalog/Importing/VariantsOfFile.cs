using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Importing;

/// <summary>
/// Which lines of a file would be refused because their size and colour is on sale under another reference, told while the file is only looked at: by what the shop has, and by what the
/// lines before would have put on sale or taken away by then.
/// </summary>
internal sealed class VariantsOfFile
{
    private readonly Dictionary<(string Group, string Size, string Colour), string> _sold = [];
    private readonly Dictionary<string, (string Group, string Size, string Colour)?> _said = [];

    /// <summary>The same lines, those that would be refused without their offer.</summary>
    internal async Task<List<CheckedLine>> RefuseAsync(NpgsqlDataSource database, ShopEntry shop, List<CheckedLine> lines, CancellationToken token)
    {
        var good = lines.Where(l => l.Offer is not null).Select(l => l.Offer!).ToList();
        var taken = good.Exists(o => o.Variant is not null) || lines.Exists(l => l.Known?.Row.Variant is not null) ? await TakenAsync(database, shop, good, token) : [];
        var (seen, known) = (new List<CheckedLine>(lines.Count), _said.Keys.ToHashSet());
        foreach (var line in lines)
        {
            var refused = line.Offer is null ? null : FaultOf(line, taken, known);
            seen.Add(refused is null ? line : line with { Offer = null, Fault = refused });
            if (line.Offer is { } offer && refused is null)
            {
                Say(offer.Sku, KeyOf(line));
            }
        }

        return seen;
    }

    private Fault? FaultOf(CheckedLine line, Dictionary<string, (string Other, Variant Variant)> taken, HashSet<string> before)
    {
        if (KeyOf(line) is { } key && _sold.TryGetValue(key, out var sold) && sold != line.Offer!.Sku && before.Contains(sold))
        {
            return Variants.TakenBy(sold, VariantOf(line)!);
        }

        // Of one that an earlier line has made another by then nothing is in the way.
        return taken.TryGetValue(line.Offer!.Sku, out var there) && !before.Contains(there.Other) ? Variants.TakenBy(there.Other, there.Variant) : null;
    }

    private void Say(string sku, (string, string, string)? key)
    {
        if (_said.GetValueOrDefault(sku) is { } was && _sold.GetValueOrDefault(was) == sku)
        {
            _sold.Remove(was);
        }

        _said[sku] = key;
        if (key is { } sold)
        {
            _sold[sold] = sku;
        }
    }

    private static Variant? VariantOf(CheckedLine line) => line.Offer!.Variant ?? line.Known?.Row.Variant;

    // Only what is on sale takes a place.
    private static (string, string, string)? KeyOf(CheckedLine line) =>
        VariantOf(line) is { Group: { } group } variant && (line.Offer!.Status ?? (line.Known?.Status == OfferRules.Draft ? OfferRules.Draft : OfferRules.Active)) == OfferRules.Active
            ? (group, Folded(variant.Size), Folded(variant.Colour)) : null;

    private static string Folded(string? word) => (word ?? "").ToLowerInvariant();

    private static async Task<Dictionary<string, (string Other, Variant Variant)>> TakenAsync(NpgsqlDataSource database, ShopEntry shop, List<CheckedOffer> offers, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        return await Variants.FindTakenAsync(session, null, shop.Id.Value, offers, token);
    }
}
