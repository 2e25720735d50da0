using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;

namespace Marketplace.Load;

/// <summary>A town of its own for measuring: 20 shops open around the clock, with stock and slots that do not run out. Made through the public APIs, once.</summary>
internal sealed record LoadTown(string Slug, IReadOnlyList<LoadTown.LoadShop> Shops)
{
    internal const int ShopCount = 20;

    /// <summary>The largest capacity that a shop may give its slots.</summary>
    internal const int Plenty = 10_000;
    /// <summary>More than any measurement sells.</summary>
    internal const int OnHand = 1_000_000;
    private const string TownSlug = "ville-de-charge";
    private static readonly string[] Things = ["pain", "miel", "fromage", "savon", "roman", "cahier", "lampe", "confiture", "thé", "café", "biscuit", "carnet", "panier", "bougie", "huile"];
    private static readonly string[] Kinds = ["complet", "de montagne", "affiné", "artisanal", "du Pilat", "bio", "à l’ancienne", "de saison", "fermier", "aux noix", "doré", "fumé"];
    private static readonly WeeklyHours Always = new([.. Enumerable.Range(1, 7).Select(day => new DayHours(day, [new HoursBlock("00:00", "24:00")]))]);
    private static readonly Position Centre = new(45.714, 4.807);

    /// <param name="Slots">Of the coming days, asked anew because yesterday's are past.</param>
    internal sealed record LoadShop(ShopId Id, string Slug, IReadOnlyList<Item> Items, IReadOnlyList<string> Slots)
    {
        internal string AnySlot(Random random) => Slots[random.Next(Slots.Count)];
    }

    internal sealed record Item(OfferId Offer, string Sku, string Title, long PriceCents);

    internal static async Task<LoadTown> PrepareAsync(Platform platform, int offers)
    {
        var merchants = platform.At.Merchants + "/api/v1";
        await platform.AsOperatorAsync<Town>(HttpMethod.Put, $"{merchants}/towns/{TownSlug}", new TownDefinition(
            "Ville de charge", new Text("Pour les mesures.", null), "#2f6f4f", Centre,
            [new TownCommune("69149", "Oullins-Pierre-Bénite", ["69600"], new DateOnly(2024, 1, 1), null)],
            new TownOperator("Mesures", "association", "1 rue de la Mesure, 69600 Oullins-Pierre-Bénite", "73282932000074", "mesures@example.org", null, null, null), [], []));
        var shops = new List<LoadShop>();
        for (var n = 0; n < ShopCount; n++)
        {
            shops.Add(await PrepareShopAsync(platform, n, offers / ShopCount));
        }

        return new LoadTown(TownSlug, shops);
    }

    private static async Task<LoadShop> PrepareShopAsync(Platform platform, int n, int offers)
    {
        var slug = $"charge-{n:00}";
        var shop = await platform.AsOperatorAsync<Shop>(HttpMethod.Post, $"{platform.At.Merchants}/api/v1/towns/{TownSlug}/shops", new ShopDefinition(
            slug, $"Boutique de charge {n}", "épicerie", new Text("Pour les mesures.", null), null, $"{n + 1} rue de la Mesure", "69600", "Oullins-Pierre-Bénite",
            new Position(Centre.Lat + (n * 0.0005), Centre.Lon), "04 65 71 00 00", null, Always, new SlotRules(30, Plenty, 0),
            new ShopLegal("73282932000074", "SARL", null, false, "47.11B", "NAF rév. 2"), Demo: true, Published: true));
        var catalog = $"{platform.At.Catalog}/api/v1/shops/{slug}";
        var known = await platform.AsOperatorAsync<MerchantOfferPage>(HttpMethod.Get, $"{catalog}/offers?page=1&pageSize=1", null);
        for (var from = known.Total; from < offers; from += 500)
        {
            var answer = await platform.AsOperatorAsync<BatchAnswer>(HttpMethod.Post, $"{catalog}/offers",
                Enumerable.Range(from, Math.Min(500, offers - from)).Select(i => Define(n, i)).ToArray());
            if (answer.Rejected.Count > 0)
            {
                throw new InvalidOperationException($"Offers were rejected: {answer.Rejected[0]}");
            }
        }

        var items = await platform.AsOperatorAsync<MerchantOfferPage>(HttpMethod.Get, $"{catalog}/offers?page=1&pageSize=100", null);
        var slots = await platform.AsOperatorAsync<IReadOnlyList<PickupSlot>>(HttpMethod.Get, $"{platform.At.Merchants}/api/v1/shops/{slug}/pickup-slots?days=4", null);
        return new LoadShop(shop.Id, slug, [.. items.Items.Select(i => new Item(i.OfferId, i.Sku, i.Title, i.PriceCents))], [.. slots.TakeLast(96).Select(s => s.SlotId)]);
    }

    /// <summary>The offer as it was made, by its <paramref name="sku"/>.</summary>
    internal static OfferDefinition Define(string sku) => Define(int.Parse(sku[1..3], CultureInfo.InvariantCulture), int.Parse(sku[4..], CultureInfo.InvariantCulture));

    internal static string SkuOf(int shop, int i) => $"c{shop:00}-{i:000000}";

    private static OfferDefinition Define(int shop, int i) => new(
        SkuOf(shop, i), null, $"{Capital(Things[(i + shop) % Things.Length])} {Kinds[i / Things.Length % Kinds.Length]} n° {i}", "Maison " + (char)('A' + (i % 26)), Category(i), null,
        SaleUnit.Piece, 100 + (i * 37 % 4900), null, 250, "g", ["aucun"], null, false, false, OnHand, Prepacked: true);

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    // Categories that the demo brings; the measured town needs the demo's tree.
    private static string Category(int i) => i % 3 == 0 ? "biscuits" : i % 3 == 1 ? "conserves" : "miels";
}
