using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Scales;

/// <summary><c>/pro/{shop}/balance</c>: whether the shop's scale prints weights or prices into its labels; first said by a press beside the first label that could hold either.</summary>
public static class ScaleDesk
{
    /// <summary>The answer of who does not know.</summary>
    public const string Ask = "ask";

    public sealed record Form
    {
        public string? Holds { get; set; }
    }

    /// <param name="Now">As it is chosen; null: nothing is.</param>
    public sealed record Model(ProShop Shop, string? Now, Complaints Complaints, bool Saved);

    internal static string Href(ProShop shop) => $"/pro/{shop.Slug}/balance";

    internal static void MapScale(this RouteGroupBuilder shop)
    {
        shop.MapGet("/balance", ShowAsync);
        shop.MapPost("/balance", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopScales scales, CancellationToken token, string? fait = null)
    {
        var shop = http.ProShop();
        var now = await scales.FindAsync(shop.Id, token);
        return Page.Of<ScalePage, Model>(new Model(shop, now is { } holds ? ShopScales.Write(holds) : Ask, new Complaints(), fait == "saved"));
    }

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, ShopScales scales, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (ShopScales.Read(form.Holds) is { } holds)
        {
            await scales.KeepAsync(shop.Id, holds, token);
        }
        else if (form.Holds == Ask)
        {
            await scales.ForgetAsync(shop.Id, token);
        }
        else
        {
            return Page.Of<ScalePage, Model>(new Model(shop, null, new Complaints().Add("Holds", ui["pro.scale.wrong"]), false), StatusCodes.Status422UnprocessableEntity);
        }
        return new SeeOther($"{Href(shop)}?fait=saved");
    }
}
