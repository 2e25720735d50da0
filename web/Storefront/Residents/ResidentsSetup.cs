using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Merchants.Joining;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Checkout;
using Marketplace.Storefront.Residents.Legal;
using Marketplace.Storefront.Residents.Offers;
using Marketplace.Storefront.Residents.Orders;
using Marketplace.Storefront.Residents.Shops;
using Marketplace.Storefront.Residents.Towns;
using Marketplace.Storefront.Residents.Wanted;
using Marketplace.Storefront.Residents.Withdrawals;

namespace Marketplace.Storefront.Residents;

internal static class ResidentsSetup
{
    public static void AddResidents(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TownDirectory>();
        builder.Services.AddSingleton<BasketStore>();
        builder.Services.AddScoped<BasketReview>();
        builder.Services.AddScoped<CheckoutSlots>();
        builder.Services.AddScoped<CheckoutCards>();
        builder.Services.AddSingleton<CheckoutAttempts>();
        builder.Services.AddScoped<EarlierCheckout>();
        builder.Services.AddScoped<CheckoutPlacing>();
        builder.Services.AddSingleton(new PlacingLimit(builder.Configuration)); // now: a bad setting must stop the start
        builder.Services.AddHostedService<BasketSweep>();
        builder.Services.AddHttpClient(WantedTally.Client, http => http.Timeout = TimeSpan.FromSeconds(5)).OverReplicas("catalog");
        builder.Services.AddSingleton<LookingLimit>();
        builder.Services.AddSingleton<WantedTally>().AddHostedService(s => s.GetRequiredService<WantedTally>());
    }

    public static void MapResidents(this WebApplication app)
    {
        app.MapTownChooser();
        var town = app.MapGroup("/{town:regex(^[a-z0-9-]{{1,80}}$)}");
        town.AddEndpointFilter(KnownTownAsync);
        app.MapPictures();
        app.MapRanking();
        app.MapOrders();
        app.MapWithdrawals();
        town.MapTownHome();
        town.MapShops();
        town.MapOfferList();
        town.MapOfferDetail();
        town.MapDepartments();
        town.MapLookedAt();
        town.MapSuggestions();
        town.MapBasket();
        town.MapCheckout();
        town.MapLegal();
        town.MapJoining();
    }

    /// <summary>Everything under a town's address needs the town; an unknown one is a page that says so.</summary>
    private static async ValueTask<object?> KnownTownAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var town = await http.RequestServices.GetRequiredService<TownDirectory>().TownAsync((string)http.Request.RouteValues["town"]!, http.RequestAborted);
        if (town is null)
        {
            return Trouble.NotFound(null);
        }
        http.Items[typeof(Town)] = town;
        return await next(context);
    }

    public static Town Town(this HttpContext http) => (Town)http.Items[typeof(Town)]!;
}
