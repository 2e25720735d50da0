using System.Text.Json.Nodes;
using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Tests;

/// <summary>Given these facts, when this is asked, then those facts (or that refusal) come of it.</summary>
internal sealed class OrderSpec
{
    private readonly Order _order;

    private OrderSpec(Order order) => _order = order;

    internal static OrderSpec Given(params IEnumerable<OrderEvent> happened) =>
        new(happened.Aggregate((Order)new Order.None(), Order.Evolve));

    internal Outcome When(OrderCommand command)
    {
        try
        {
            return new Outcome(_order, OrderDecider.Decide(command, _order), null);
        }
        catch (Refusal refusal)
        {
            return new Outcome(_order, [], refusal);
        }
    }

    internal sealed record Outcome(Order Before, IReadOnlyList<OrderEvent> Events, Refusal? Refusal)
    {
        internal Order After => Events.Aggregate(Before, Order.Evolve);

        internal Outcome Then(params OrderEvent[] expected)
        {
            Refusal.ShouldBeNull();
            Written(Events).ShouldBe(Written(expected));
            return this;
        }

        internal void ThenNothing() => Then();

        internal void ThenRefused(string code) => (Refusal?.Code).ShouldBe(code);

        // Compared as they are stored: what is not in the JSON did not happen.
        private static string Written(IEnumerable<OrderEvent> events)
        {
            var types = OrderEventTypes.Create();
            return string.Join("\n", events.Select(e => types.NameOf(e) + " " + JsonNode.Parse(types.Serialize(e))!.ToJsonString()));
        }
    }
}

/// <summary>One order over a bakery, a bookshop and a cheesemonger, and how its life usually goes.</summary>
internal static class Sample
{
    internal static readonly OrderId Order = new(Guid.Parse("0198c6a0-0000-7000-8000-000000000001"));
    internal static readonly ShopId Bakery = new(Guid.Parse("0198c6a0-0000-7000-8000-0000000000b1"));
    internal static readonly ShopId Bookshop = new(Guid.Parse("0198c6a0-0000-7000-8000-0000000000b2"));
    internal static readonly OfferId Bread = new(Guid.Parse("0198c6a0-0000-7000-8000-0000000000c1"));
    internal static readonly OfferId Brioche = new(Guid.Parse("0198c6a0-0000-7000-8000-0000000000c2"));
    internal static readonly OfferId Novel = new(Guid.Parse("0198c6a0-0000-7000-8000-0000000000c3"));
    internal static readonly OfferId Rolls = new(Guid.Parse("0198c6a0-0000-7000-8000-0000000000c4"));
    internal static readonly OfferId Comic = new(Guid.Parse("0198c6a0-0000-7000-8000-0000000000c5"));

    /// <summary>Ids of the shops' questions.</summary>
    internal static Guid Proposal(int n) => Guid.Parse($"0198c6a0-0000-7000-8000-0000000000d{n}");

    /// <summary>What Catalog says of substitutes: two bags of rolls for 9,00 €, a comic for 12,00 €.</summary>
    internal static readonly OrderLine RollsLine = new(Rolls, "ROLL", null, "Petits pains", "bread", SaleUnit.Piece, 2, 450, 5.5m, false, false);
    internal static readonly OrderLine ComicLine = new(Comic, "BD", null, "Astérix", "books", SaleUnit.Piece, 1, 1200, 5.5m, false, false);
    internal static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
    internal static readonly DateTimeOffset HoldExpiresAt = Now.AddMinutes(15);
    internal static readonly DateTimeOffset SlotStart = Now.AddHours(6);
    internal static readonly DateTimeOffset RemindAt = Now.AddDays(2);
    internal static readonly DateTimeOffset CollectUntil = Now.AddDays(4);

    /// <summary>Whoever came at closing time has been served.</summary>
    internal static readonly DateTimeOffset Over = CollectUntil + ShopOrder.Grace;
    internal const string Code = "H7K2PM";

    internal static readonly OrderEvent.Placed Placed = new(Order, "oullins", PaymentKind.InShop, HoldExpiresAt,
    [
        new(Bakery, "au-bon-pain", "Au bon pain", "au-bon-pain~20261120T1500Z", [new(Bread, 2, 450), new(Brioche, 600, 1800)]),
        new(Bookshop, "la-plume", "La Plume", "la-plume~20261120T1500Z", [new(Novel, 1, 2190)]),
    ]);

    internal static readonly OrderEvent.StockReserved Reserved = new(
    [
        new(Bakery, false,
        [
            new(Bread, "PAIN", null, "Pain complet", "bread", SaleUnit.Piece, 2, 450, 5.5m, false, false),
            new(Brioche, "BRIO", null, "Brioche aux pralines", "bread", SaleUnit.Weight, 600, 1800, 5.5m, false, false),
        ]),
        new(Bookshop, true, [new(Novel, "9782070360024", "9782070360024", "L’Étranger", "books", SaleUnit.Piece, 1, 2190, 5.5m, false, false)]),
    ]);

    internal static readonly OrderEvent.SlotsBooked Booked = new([new(Bakery, At("au-bon-pain", "Au bon pain")), new(Bookshop, At("la-plume", "La Plume"))]);

    internal const string Halles = "halles";

    /// <summary>The same at a point that both shops share.</summary>
    internal static readonly OrderEvent.SlotsBooked BookedThere = new([.. Booked.Bookings.Select(b => b with { Pickup = b.Pickup with { Place = b.Pickup.Place with { Kind = "shared", Slug = Halles } } })]);

    internal static readonly OrderEvent.Confirmed Confirmed = new(Code, "oullins",
        [new(Bakery, 1980, 2, SlotStart, SlotStart.AddMinutes(30)), new(Bookshop, 2190, 1, SlotStart, SlotStart.AddMinutes(30), Accepted: true)]);

    internal static readonly OrderEvent.ShopAccepted BookshopAccepted = new(Bookshop, ByItself: true);
    internal static readonly OrderEvent.ShopAccepted BakeryAccepted = new(Bakery, ByItself: false);
    internal static readonly OrderEvent.ShopPreparationStarted BakeryStarted = new(Bakery);
    internal static readonly OrderEvent.ShopReady BakeryReady = new(Bakery, [new(Bread, 2), new(Brioche, 600)], 1980, RemindAt);
    internal static readonly OrderEvent.ShopReady BookshopReady = new(Bookshop, [new(Novel, 1)], 2190, RemindAt);
    internal static readonly OrderEvent.ShopCollected BakeryCollected = new(Bakery, [new(Bread, 2), new(Brioche, 600)]);

    /// <summary>As placed, and of one of its goods so much was accepted.</summary>
    internal static OrderEvent.Placed AcceptedUpTo(OfferId offer, long most) => Placed with { Shops = [.. Placed.Shops.Select(s => s with { Lines = [.. s.Lines.Select(l => l.OfferId == offer ? l with { AtMost = most } : l)] })] };

    internal static readonly OrderEvent[] Standing = [Placed, Reserved, Booked, Confirmed, BookshopAccepted];
    internal static readonly OrderEvent[] AllReady = [.. Standing, BakeryAccepted, BakeryReady, BookshopReady];

    internal static readonly OrderCommand.Place Place = new(Order, "oullins", PaymentKind.InShop, HoldExpiresAt, Placed.Shops);
    internal static readonly OrderCommand.NoteStockReserved NoteReserved = new(Reserved.Shops, Code);
    internal static readonly OrderCommand.NoteSlotsBooked NoteBooked = new(Booked.Bookings, Code);
    internal static readonly OrderCommand.NoteSlotsBooked NoteBookedThere = new(BookedThere.Bookings, Code);
    internal static readonly OrderCommand.NoteStockRefused NoteOutOfStock = new([new(Bakery, Bread, "out-of-stock", "Pain complet", 2, 1, 450)]);
    internal static readonly OrderCommand.NoteSlotsRefused NoteSlotFull = new([new(Bookshop, "la-plume~20261120T1500Z", "slot-full")]);

    private static Pickup At(string slug, string name) => new(slug + "~20261120T1500Z", SlotStart, SlotStart.AddMinutes(30),
        new PickupPlace("shop", slug, name, "12 rue de la République", "69600", "Oullins-Pierre-Bénite", new Position(45.714, 4.807), null), CollectUntil, RemindAt);
}
