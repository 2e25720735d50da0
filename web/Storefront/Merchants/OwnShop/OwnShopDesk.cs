using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.OwnShop;

/// <summary><c>/pro/{shop}/boutique</c>: how the shop stands now, and where everything is that is not done every day.</summary>
public static class OwnShopDesk
{
    /// <param name="NextClosed">The first day, from today on, on which the shop is closed though its week says otherwise.</param>
    public sealed record Model(ProShop Shop, Shop Now, DayHoursOn? NextClosed);

    internal static void MapOwnShop(this RouteGroupBuilder shop) => shop.MapGet("/boutique", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, MerchantsClient merchants, TimeProvider clock, CancellationToken token)
    {
        var shop = http.ProShop();
        return await merchants.ShopAsync(shop.Slug, token) is { } now
            ? Page.Of<OwnShopPage, Model>(new Model(shop, now, NextClosed(now, Languages.Ui.LocalDate(clock.GetUtcNow()))))
            : Results.NotFound();
    }

    // The coming days are as they will be; later ones are known by what the shop itself has announced.
    private static DayHoursOn? NextClosed(Shop shop, DateOnly today) =>
        shop.NextDays.Where(d => d is { Blocks: [], Reason: not null } && d.Date >= today)
            .Concat(shop.Exceptions.Where(e => e.Blocks.Count == 0 && e.To >= today).Select(e => new DayHoursOn(e.From > today ? e.From : today, [], e.Reason)))
            .MinBy(d => d.Date);
}
