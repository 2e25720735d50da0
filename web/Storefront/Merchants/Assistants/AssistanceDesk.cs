using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Assistants;

/// <summary><c>/pro/{shop}/aide</c>: an owner asks the town to act at the counter for some days, and ends it.</summary>
public static class AssistanceDesk
{
    public sealed record Form
    {
        public string? Days { get; set; }
        public string? End { get; set; }
    }

    public sealed record Model(ProShop Shop, Assistance Assistance, string Days, string? Done, string? Refused);

    internal static readonly string[] Terms = ["1", "7", "30", "90"];
    private const string Usual = "7";

    internal static void MapAssistance(this RouteGroupBuilder shop)
    {
        shop.MapGet("/aide", (HttpContext http, MerchantsClient merchants, CancellationToken token, string? fait = null) =>
            ShowAsync(http, merchants, Usual, fait is "asked" or "ended" ? fait : null, null, token)).OnlyOwners();
        shop.MapPost("/aide", SaveAsync).OnlyOwners();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, MerchantsClient merchants, string days, string? done, string? refused, CancellationToken token) =>
        Page.Of<AssistancePage, Model>(new Model(http.ProShop(), await merchants.AssistanceAsync(http.ProShop().Slug, token), days, done, refused),
            refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, MerchantsClient merchants, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop().Slug;
        var (days, ends) = (Terms.Contains(form.Days) ? form.Days! : Usual, form.End is not null);
        var answer = ends ? await merchants.EndAssistanceAsync(shop, token) : await merchants.AskForAssistanceAsync(shop, int.Parse(days, System.Globalization.CultureInfo.InvariantCulture), token);
        return answer.Ok ? new SeeOther($"/pro/{shop}/aide?fait={(ends ? "ended" : "asked")}")
            : await ShowAsync(http, merchants, days, null, answer.Problem!.Detail ?? ui["pro.refused.unknown"], token);
    }
}
