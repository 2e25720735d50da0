using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A town, its bakery, an order with bread and cheese.</summary>
internal static class ProSamples
{
    private static readonly WeeklyHours _hours = new([new DayHours(1, [new HoursBlock("08:00", "12:30"), new HoursBlock("15:00", "19:00")])]);

    public static Memberships Member(string role, params string[] shops) => new([.. shops.Select(s => new Memberships.OfShop(IdOf(s), s, "Boutique " + s, role))], []);

    public static ShopId IdOf(string shop) => new(new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(shop)).AsSpan(0, 16)));

    public static Town Town(string slug) => new(slug, "Oullins-Pierre-Bénite", new Text("Entre l’Yzeron et le Rhône.", null), "#8a3b1e", new Position(45.71, 4.8), [],
        new TownOperator("Mairie", "commune", "Place Roger-Salengro", "21690149900015", "mairie@exemple.fr", null, null, null), [], [], 2);

    public static ShopSummary Summary(string name) => new(ShopId.New(), "boulangerie", name, "Boulangerie", "1 Grande Rue", "69600", "Oullins", new Position(45.71, 4.8),
        new Text("Du pain.", null), true, "19:00", null, null, true);

    public static Shop Shop(string slug) => new(IdOf(slug), slug, ["oullins-pierre-benite"], "Boutique " + slug, "Boulangerie", "published", new Text("Du pain.", null), null,
        "1 Grande Rue", "69600", "Oullins", new Position(45.71, 4.8), null, null, _hours, [], [], new SlotRules(30, 4, 60), true, "19:00", null, null,
        new ShopLegal("00520320300012", null, null, false, "10.71C", "NAF2"), true, 1, slug == "boulangerie" ? "halles" : null);

    /// <summary>The figures of a shop that has sold nothing.</summary>
    public static ShopFigures NoFigures(DateOnly today)
    {
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        return new ShopFigures(new(0, 0), new(0, 0),
            [.. new[] { 0, 7, 364 }.Select(back => monday.AddDays(-back)).Select(first => new SalesWeek(first, [.. Enumerable.Range(0, 7).Select(d => new SalesDay(first.AddDays(d), 0, 0))], new(0, 0), new(0, 0)))],
            [.. Enumerable.Range(0, 30).Select(d => new SalesDay(today.AddDays(d - 29), 0, 0))], [], [], 0, [], 0, []);
    }

    /// <summary>A shop that asks to come in.</summary>
    public static PendingApplication Asking(string slug) => new(
        new ShopOpening(slug, "Le Petit Four", "vienne", "draft", "pending", null, 1, DateTimeOffset.UtcNow, [new("identity", true), new("contact", true), new("terms", true), new("products", false), new("hours", true)]),
        Shop(slug) with { Name = "Le Petit Four", Status = "draft", Legal = new ShopLegal("73282932000074", "SARL", "FR44732829320", false, "10.71C", "NAFRev2", "SARL Le Petit Four"), Demo = false, KeepsPoint = null },
        "nadia@exemple.fr", MerchantTerms.Current, DateTimeOffset.UtcNow);

    public static LineView Bread => new(new OfferId(new Guid("0b000000-0000-4000-8000-000000000001")), "PAIN", null, "Pain complet", "pains", SaleUnit.Piece, 2, null, 420, 5.5m, 840, "ok", null, false, false);

    public static LineView Cheese => new(new OfferId(new Guid("0b000000-0000-4000-8000-000000000002")), "COMTE", null, "Comté 18 mois", "fromages", SaleUnit.Weight, 400, null, 2400, 5.5m, 960, "ok", null, false, false);

    public static ShopOrderCard Order(string status, string reference, DateTimeOffset now, params LineView[] lines) => new(OrderId.New(), reference, status, null, "Claire D.", "06 12 34 56 78", now.AddHours(-2),
        new PickupView("b~1", now.AddHours(3), now.AddHours(3.5), new PickupPlace("shop", "boulangerie", "Boulangerie", "1 Grande Rue", "69600", "Oullins", new Position(45.71, 4.8), null), now.AddDays(3)),
        lines.Length == 0 ? [Bread] : lines, 840, null, 3, now.AddMinutes(-10));

    public static MerchantOffer Offer(string sku, string title, long onHand, long reserved = 0, string? ean = null) =>
        new(OfferId.New(), sku, ean, title, "pains", SaleUnit.Piece, 420, 5.5m, onHand, reserved, "hand", DateTimeOffset.UtcNow.AddHours(-3), "active");

    public static readonly Category[] Categories =
    [
        new("epicerie", "Épicerie", "Groceries", null, "jar"), new("pains", "Pains", "Breads", "epicerie", "bread"), new("vins", "Vins", "Wine", "epicerie", "wine"), new("maison", "Maison", "Home", null, "lamp"),
    ];

    public static readonly SellingRules Rules = new([20m, 10m, 5.5m, 2.1m, 0m], ["gluten", "crustacés", "œufs", "poissons", "arachides", "soja", "lait", "fruits à coque", "céleri", "moutarde", "sésame", "sulfites", "lupin", "mollusques"],
        [new("epicerie", 5.5m, true, false), new("pains", 5.5m, true, false), new("vins", 20m, true, true), new("maison", 20m, false, false)]);

    /// <summary>A file that waits for consent: a lamp as it would be, a line that cannot be taken.</summary>
    public static Import LookedAt(Guid id) => new(id, "preview", 0, 0, 0, [], new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero), null, null, FileName: "caisse.csv", Lines: 3, Reasons: new Dictionary<string, int>(), Revision: 2,
        Preview: new ImportPreview(new ImportFormat("csv", "windows-1252", ";", true, ["sku", "title", "", "price"]), ["Réf", "Désignation", "Cpt", "PV"],
        [
            new(2, "added", ["A1", "Lampe <b>", "707", "12,50"], new OfferDefinition("A1", null, "Lampe <b>", null, "maison", null, SaleUnit.Piece, 1250, 20, null, null, null, null, false, false, 4), null, null),
            new(3, "rejected", ["A2", "=cmd", "707", "gratuit"], null, "value-unreadable", "« gratuit » ne peut pas être lu comme un prix en euros."),
        ], ["category"], 3, 1, 1, 0, 1, new Dictionary<string, int> { ["value-unreadable"] = 1 }, true, true));

    public static OfferDefinition Definition(MerchantOffer o) => new(o.Sku, o.Ean13, o.Title, null, o.Category, null, o.Unit, o.PriceCents, o.VatRate, null, null, ["gluten"], null, false, o.SecondHand, null, null, o.Status, Prepacked: o is { Unit: SaleUnit.Piece, Ean13: null, Category: not "maison" } ? false : null);
}
