using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>Vienne with three shops, one of everything that pages must be able to show; Givors with a shop of its own and one of Vienne's; Roanne, whose shops are still to come.</summary>
internal static class TownSamples
{
    private static readonly Position _place = new(45.5256, 4.8744);
    private static readonly DateTimeOffset _tomorrow = new(DateTimeOffset.UtcNow.UtcDateTime.Date.AddDays(1).AddHours(9), TimeSpan.Zero);
    private static readonly WeeklyHours _hours = new([.. Enumerable.Range(1, 6).Select(d => new DayHours(d, [new("08:30", "12:30"), new("14:00", "19:00")]))]);

    /// <summary>A visitor's position, to about a kilometre.</summary>
    public const string BesideGivors = "45.59,4.77";

    public const string LongName = "La Grande Fromagerie-Crèmerie-Affinage des Remparts de Pipet et de la Montée Saint-Marcel";

    public static OfferShop Bakery { get; } = new(ShopId.New(), "le-fournil", "Le Fournil");
    public static OfferShop Dairy { get; } = new(ShopId.New(), "la-fromagerie", LongName);
    public static OfferShop Cellar { get; } = new(ShopId.New(), "la-cave", "La Cave");

    public static OfferShop Bookshop { get; } = new(ShopId.New(), "la-plume", "La Plume");

    public static OfferSummary Bread { get; } = Offer("Pain complet", Bakery, "pains", SaleUnit.Piece, 320, 12, "in-stock");
    public static OfferSummary Comte { get; } = Offer("Comté 18 mois", Dairy, "fromages", SaleUnit.Weight, 2690, 4000, "in-stock");
    public static OfferSummary Wine { get; } = Offer("Côte-rôtie", Cellar, "vins", SaleUnit.Piece, 4200, 2, "last-ones") with { Alcohol = true };
    public static OfferSummary Gone { get; } = Offer("Brioche aux pralines", Bakery, "pains", SaleUnit.Piece, 650, 0, "out-of-stock");
    public static OfferSummary Long { get; } = Offer("Assortiment de petits fromages de chèvre fermiers cendrés, nature et aux herbes de la vallée de la Gère, présentés dans leur panier tressé", Dairy, "fromages", SaleUnit.Piece, 129_990, 8, "in-stock");
    public static OfferSummary Atlas { get; } = Offer("Atlas du Rhône", Bookshop, "livres", SaleUnit.Piece, 2490, 3, "last-ones");
    public static IReadOnlyList<OfferSummary> Offers { get; } = [Bread, Comte, Wine, Gone, Long, Atlas];

    public static IReadOnlyList<TownSummary> Towns { get; } =
    [
        new("vienne", "Vienne", _place, ["38200"], ["Vienne"], 3, "#1F4E8C", null),
        new("roanne", "Roanne", _place, ["42300"], ["Roanne"], 0, "#6B4F9E", null),
        new("givors", "Givors", _place, ["69700"], ["Givors"], 2, "#2E6B4F", 20.4),
    ];

    public static Town Vienne { get; } = new("vienne", "Vienne", new("Au bord du Rhône.", "By the Rhône."), "#1F4E8C", _place, [new("38544", "Vienne", ["38200"], new DateOnly(1943, 1, 1), null)],
        new("Les Vitrines de Vienne", "Association loi 1901", "1 place de l’Hôtel-de-Ville, 38200 Vienne", "12345678200010", "contact@vienne.example", "04 74 00 00 00", "Médiateur du commerce", null),
        [new("halles", "Les Halles", "2 rue des Halles", "38200", "Vienne", _place, "Sonnez à la porte bleue.", _hours)], [new("Le marché du samedi change de place : rendez-vous quai Riondet.", null)], 3);

    public static Town Roanne { get; } = Vienne with { Slug = "roanne", Name = "Roanne", Accent = "#6B4F9E", News = [], Shops = 0 };
    public static Town Givors { get; } = Vienne with { Slug = "givors", Name = "Givors", Accent = "#2E6B4F", News = [], Shops = 2, Operator = Vienne.Operator with { Name = "Ville de Givors", Siret = "21690091900018", Mediator = null, Host = "Hébergeur des Communes, 3 quai des Étroits, 69005 Lyon" } };

    public static IReadOnlyList<ShopSummary> Shops { get; } =
    [
        Summary(Bakery, "Boulangerie", true), Summary(Dairy, "Fromagerie", false), Summary(Cellar, "Caviste", false),
    ];

    private static readonly ShopSummary _bookshop = Summary(Bookshop, "Librairie", true);

    public static IReadOnlyList<ShopSummary> ShopsOf(string town) => town == "vienne" ? Shops : [.. Shops.Append(_bookshop).Where(s => TownsOf(s.Slug).Contains(town))];

    public static IReadOnlyList<string> TownsOf(string shop) => shop switch { "la-plume" => ["givors"], "la-cave" => ["givors", "vienne"], _ => ["vienne"] };

    public static IReadOnlyList<Category> Categories { get; } =
    [
        new("boulangerie", "Boulangerie", "Bakery", null, "bread"), new("pains", "Pains", "Breads", "boulangerie", "bread"),
        new("fromages", "Fromages", "Cheeses", null, "cheese"), new("vins", "Vins", "Wines", null, "wine"),
    ];

    public static Shop Shop(string slug)
    {
        var s = Shops.Append(_bookshop).Single(s => s.Slug == slug);
        return new Shop(s.Id, slug, TownsOf(slug), s.Name, s.Kind, "published", s.Description, "Ada", s.Street, s.Postcode, s.City, _place, "04 74 00 00 01", "bonjour@example.org", _hours, [],
            [.. Enumerable.Range(0, 7).Select(d => new DayHoursOn(DateOnly.FromDateTime(DateTime.UtcNow).AddDays(d), d == 2 ? [] : [new("08:30", "12:30")], d == 2 ? "jour férié" : null))],
            new SlotRules(30, 4, 60), s.OpenNow, s.OpenUntil, s.OpensNext, s.EarliestPickup, new ShopLegal("12345678200010", "SARL", "FR12345678201", false, "10.71C", "NAFRev2"), s.Demo, 1);
    }

    public static IReadOnlyList<PickupSlot> Slots(string slug) =>
        [.. Enumerable.Range(0, 3).SelectMany(d => Enumerable.Range(0, 4).Select(h => _tomorrow.AddDays(d).AddMinutes(30 * h))).Select(t => new PickupSlot($"{slug}~{t:yyyyMMdd'T'HHmm'Z'}", t, t.AddMinutes(30), 3))];

    public static Offer Detail(OfferSummary o) => new(o.OfferId, o.Sku, o.Ean13, o.Title, o.Brand, o.Shop, TownsOf(o.Shop.Slug), o.Category, [.. Categories.Where(c => c.Slug == o.Category)], "Une description.", o.Unit, o.PriceCents, o.UnitPrice,
        o.VatRate, 500, "g", ["gluten"], "France", o.Alcohol, o.SecondHand, o.Available, o.StockState, "hand", o.StockAt, o.EarliestPickup, o.ImageUrl, [], "active", Batches: o.Batches, Model: o.Model, PieceGrams: o.PieceGrams);

    public static OrderView Order(PlaceOrder order, IReadOnlyDictionary<OfferId, OfferSummary> offers)
    {
        var now = DateTimeOffset.UtcNow;
        var shops = order.ShopOrders.Select(s =>
        {
            var lines = s.Lines.Select(l => offers[l.OfferId]).Zip(s.Lines, (o, l) => new LineView(o.OfferId, o.Sku, null, o.Title, o.Category, o.Unit, l.Quantity, null, o.PriceCents, o.VatRate, Money.LineTotal(o.Unit, l.Quantity, o.PriceCents), "ok", null, false, o.Alcohol, PieceGrams: o.PieceGrams)).ToList();
            var slot = Slots(s.PickupSlotId.Split('~')[0]).Single(p => p.SlotId == s.PickupSlotId);
            var shop = Shops.Single(x => x.Slug == s.Shop);
            return new ShopOrderView(shop.Id, s.Shop, shop.Name, "accepted", null, new PickupView(slot.SlotId, slot.Start, slot.End, new PickupPlace("shop", s.Shop, shop.Name, shop.Street, shop.Postcode, shop.City, _place, null), slot.End.AddDays(3)),
                lines, lines.Sum(l => l.TotalCents), true, s.Note);
        }).ToList();
        return new OrderView(OrderId.New(), "VIE-1234", "jeton-secret", order.Town, "confirmed", "in-shop", now, now.AddMinutes(15), shops.Sum(s => s.TotalCents), null, "K7PRM4", order.Contact, shops,
            [new(now, "placed", null, null), new(now, "confirmed", null, null), new(now, "accepted", shops[0].Shop, null)], null, 3);
    }

    private static ShopSummary Summary(OfferShop shop, string kind, bool open) => new(shop.Id, shop.Slug, shop.Name, kind, "4 rue de Bourgogne", "38200", "Vienne", _place, new("Une bonne maison.", "A good house."),
        open, open ? "19:00" : null, open ? null : _tomorrow, _tomorrow, true);

    private static OfferSummary Offer(string title, OfferShop shop, string category, SaleUnit unit, long price, long available, string state) => new(OfferId.New(), "SKU", null, title, "Maison", shop, category, unit, price,
        unit == SaleUnit.Weight ? new UnitPrice(price, "kg") : null, 5.5m, available, state, DateTimeOffset.UtcNow.AddHours(-2), _tomorrow, false, false, "/dessins/bread.svg");
}
