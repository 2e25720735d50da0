using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using NodaTime;

namespace Marketplace.Merchants.Slots;

internal static class SlotEndpoints
{
    private const int UsualDays = 7;

    public static RouteGroupBuilder MapSlots(this RouteGroupBuilder api)
    {
        api.MapGet("/shops/{shop}/pickup-slots", OfShopAsync).AllowAnyoneInShop();
        api.MapGet("/towns/{town}/pickup-points/{point}/pickup-slots", OfPointAsync).AllowAnyone();
        return api;
    }

    private static Task<IReadOnlyList<PickupSlot>> OfShopAsync(
        HttpContext context, LocalDirectory directory, SlotOccupancy occupancy, IClock clock, CancellationToken token, int days = UsualDays)
    {
        var place = directory.Now.Shops[context.GetShop().Id].Place;
        return ListAsync(place, [], occupancy, clock.GetCurrentInstant(), days, token);
    }

    /// <summary>Slots of a shared point that suit all the shops of a basket: each brings its goods there in time.</summary>
    private static Task<IReadOnlyList<PickupSlot>> OfPointAsync(
        LocalDirectory directory, SlotOccupancy occupancy, IClock clock, string town, string point, string? shops, CancellationToken token, int days = UsualDays)
    {
        var now = directory.Now;
        _ = now.Towns.GetValueOrDefault(town) ?? throw TownEndpoints.UnknownTown();
        var place = now.Points.GetValueOrDefault(point) is { } known && known.Town == town ? known.Place : throw TownEndpoints.UnknownPoint();
        var suppliers = (shops ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal).ToList();
        if (suppliers.Count > OrderLimits.MostShops)
        {
            throw Refusal.Invalid("too-many-shops", $"Une commande réunit {OrderLimits.MostShops} boutiques au plus.", $"An order brings {OrderLimits.MostShops} shops together at most.").With("field", "shops");
        }

        var places = suppliers.ConvertAll(slug => now.Shop(slug) is { IsPublished: true } shop && shop.Towns.Contains(town)
            ? shop.Place
            : throw Refusal.Invalid("unknown-shop", $"La boutique « {slug} » n’est pas de cette ville.", $"The shop “{slug}” is not of this town.").With("shop", slug));
        return ListAsync(place, places, occupancy, clock.GetCurrentInstant(), days, token);
    }

    private static async Task<IReadOnlyList<PickupSlot>> ListAsync(
        Place place, IReadOnlyList<Place> bringing, SlotOccupancy occupancy, Instant now, int days, CancellationToken token)
    {
        if (days is < 1 or > SlotCalendar.HorizonDays)
        {
            throw Refusal.Invalid("bad-days", $"Demandez de 1 à {SlotCalendar.HorizonDays} jours.", $"Ask for 1 to {SlotCalendar.HorizonDays} days.");
        }

        var booked = await occupancy.BookedAsync(place.Slug, now, token);
        return
        [
            .. from slot in place.Calendar.Bookable(now, days)
               where bringing.All(p => p.Calendar.Brings(slot.Date, slot.Start, now))
               let id = new SlotId(place.Slug, slot.Start).ToString()
               select new PickupSlot(id, Paris.Offset(slot.Start), Paris.Offset(slot.End), Math.Max(0, place.Calendar.Rules.Capacity - booked.GetValueOrDefault(id))),
        ];
    }
}
