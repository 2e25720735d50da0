using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;

namespace Marketplace.Local.Demo;

/// <summary>From the demo's files to the shapes of the public APIs.</summary>
internal static class DemoShapes
{
    // The files give only what differs between pickup points.
    private const int PickupPointLeadMinutes = 180;

    public static TownDefinition Town(DemoTown town) => new(
        town.Name, town.Intro, town.Accent, town.Position, town.Communes, town.Operator, [.. town.PickupPoints.Select(PickupPoint)], town.News);

    public static ShopDefinition Shop(DemoShop shop) => new(
        shop.Slug, shop.Name, shop.Kind, shop.Description, shop.Owner, shop.Street, shop.Postcode, shop.City, shop.Position, shop.Phone, shop.Email,
        Hours(shop.Hours), Slots(shop.Slots),
        new ShopLegal(shop.Siret, shop.LegalForm, shop.VatNumber, shop.VatExempt, shop.ActivityCode, "NAFRev2"), shop.Demo, Published: true, shop.KeepsPoint);

    public static CategoryDefinition Category(DemoCategory category) => new(
        category.Slug, category.Name.Fr, category.Name.En, category.Parent, category.Drawing, category.DefaultVatRate, category.Food, category.Perishable, category.Alcohol);

    private static PickupPointDefinition PickupPoint(DemoPickupPoint point) => new(
        point.Slug, point.Name, point.Street, point.Postcode, point.City, point.Position, point.Instructions, Hours(point.Hours),
        new SlotRules(point.SlotMinutes, point.Capacity, PickupPointLeadMinutes));

    private static WeeklyHours Hours(IReadOnlyList<DemoDay> days) =>
        new([.. days.Select(day => new DayHours(day.Day, [.. day.Blocks.Select(block => new HoursBlock(block[0], block[1]))]))]);

    private static SlotRules Slots(DemoSlots slots) => slots.HoldOpeningDays is { } kept
        ? new(slots.Minutes, slots.Capacity, slots.LeadMinutes, slots.CutOff, kept)
        : new(slots.Minutes, slots.Capacity, slots.LeadMinutes, slots.CutOff);
}
