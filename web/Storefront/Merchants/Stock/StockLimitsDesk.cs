using System.Globalization;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Stock;

/// <summary><c>/pro/{shop}/limites</c>: what the shop keeps back of everything, and after how many days a figure has to be confirmed.</summary>
public static class StockLimitsDesk
{
    private const int MostDays = 365;

    public sealed record Form
    {
        public string? Safety { get; set; }

        /// <summary>Nothing: as the platform has it; 0: never.</summary>
        public string? Days { get; set; }

        public long Version { get; set; }
    }

    /// <param name="Meanwhile">As somebody else has set it since this form was made; null: nobody has.</param>
    public sealed record Model(ProShop Shop, Form Typed, Complaints Complaints, StockLimits? Meanwhile, bool Saved);

    internal static void MapStockLimits(this RouteGroupBuilder shop)
    {
        shop.MapGet("/limites", ShowAsync);
        shop.MapPost("/limites", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopStockClient stock, CancellationToken token, string? fait = null)
    {
        var shop = http.ProShop();
        var limits = await stock.LimitsAsync(shop.Slug, token);
        // Over the API in hours; here in whole days, never more than was said.
        var form = new Form { Safety = Text(limits.Safety), Days = limits.FreshHours is { } hours ? Text(hours == 0 ? 0 : Math.Max(1, hours / 24)) : null, Version = limits.Version };
        return Page.Of<StockLimitsPage, Model>(new Model(shop, form, new Complaints(), null, fait == "saved"));
    }

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, ShopStockClient stock, Ui ui, CancellationToken token)
    {
        var (shop, complaints) = (http.ProShop(), new Complaints());
        if (!long.TryParse(form.Safety?.Trim() is { Length: > 0 } typed ? typed : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var safety) || safety > 1000)
        {
            complaints.Add("Safety", ui["pro.limits.wrong"]);
        }
        var whole = int.TryParse(form.Days?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays;
        if (!whole && !string.IsNullOrWhiteSpace(form.Days))
        {
            complaints.Add("Days", ui.T("pro.limits.wrong.days", MostDays));
        }
        if (complaints.Any)
        {
            return Page.Of<StockLimitsPage, Model>(new Model(shop, form, complaints, null, false), StatusCodes.Status422UnprocessableEntity);
        }
        var answer = await stock.SetLimitsAsync(shop.Slug, new StockLimits(safety, whole ? days * 24 : null), form.Version, token);
        if (answer.Ok)
        {
            return new SeeOther($"/pro/{shop.Slug}/limites?fait=saved");
        }
        if (answer.Problem!.Code == "changed-meanwhile")
        {
            var now = await stock.LimitsAsync(shop.Slug, token);
            form.Version = now.Version;
            return Page.Of<StockLimitsPage, Model>(new Model(shop, form, complaints, now, false), StatusCodes.Status409Conflict);
        }
        return Page.Of<StockLimitsPage, Model>(new Model(shop, form, complaints.Add("", answer.Problem.Detail ?? ui["pro.limits.wrong"]), null, false), StatusCodes.Status422UnprocessableEntity);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
