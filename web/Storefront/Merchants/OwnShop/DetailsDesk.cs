using System.Globalization;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Joining;
using Marketplace.Storefront.Merchants.Placing;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.OwnShop;

/// <summary><c>/pro/{shop}/boutique/coordonnees</c>: what an owner changes of the shop without asking anybody. Who sells, by law, is shown beside it.</summary>
public static class DetailsDesk
{
    public sealed record Form : ShopForm
    {
        /// <summary>Of the shop that was seen.</summary>
        public string? Version { get; set; }
        public string? DescriptionEn { get; set; }

        // Whether this shop needs one depends on whether it has one; the service says so.
        private protected override bool EmailNeeded => false;

        internal static Form Of(Shop shop)
        {
            var form = new Form { Version = Text(shop.Version), DescriptionEn = shop.Description.En };
            form.Take(shop);
            return form;
        }
    }

    /// <param name="Now">As the shop stands.</param>
    /// <param name="Town">Whose coordination changes the rest.</param>
    /// <param name="Meanwhile">Somebody else saved the shop meanwhile: what stands there instead of what was typed, by the label of its field.</param>
    public sealed record Model(ProShop Shop, Shop Now, Town Town, Form Form, Complaints Complaints, TownPlan Plan, IReadOnlyList<(string Label, string Value)>? Meanwhile = null, bool Saved = false);

    internal static string Address(string shop) => $"/pro/{shop}/boutique/coordonnees";

    internal static void MapDetails(this RouteGroupBuilder shop)
    {
        shop.MapGet("/boutique/coordonnees", async (HttpContext http, MerchantsClient merchants, TownDirectory towns, Placer placer, CancellationToken token, string? fait = null) =>
        {
            if (await FindAsync(http, merchants, towns, token) is not var (now, town))
            {
                return Results.NotFound();
            }
            var form = Form.Of(now);
            return Page.Of<DetailsPage, Model>(new Model(http.ProShop(), now, town, form, new Complaints(), await placer.ShowAsync(form, town, now.Slug, [], token), Saved: fait == "saved"));
        }).OnlyOwners();
        shop.MapPost("/boutique/coordonnees", SaveAsync).OnlyOwners();
    }

    private static async Task<(Shop Now, Town Town)?> FindAsync(HttpContext http, MerchantsClient merchants, TownDirectory towns, CancellationToken token) =>
        await merchants.ShopAsync(http.ProShop().Slug, token) is { } now && await towns.TownAsync(now.Towns[0], token) is { } town ? (now, town) : null;

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, MerchantsClient merchants, TownDirectory towns, Placer placer, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await FindAsync(http, merchants, towns, token) is not var (now, town))
        {
            return Results.NotFound();
        }
        if (await placer.PressedAsync(form, http.Request, town, shop.Slug, token) is { } pressed)
        {
            return Page.Of<DetailsPage, Model>(new Model(shop, now, town, form, new Complaints(), pressed));
        }
        var found = await placer.FindAsync(form, town, token);
        var details = form.ToDetails(form.DescriptionEn);
        var answer = await merchants.SetDetailsAsync(shop.Slug, details, long.TryParse(form.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0, token);
        if (answer.Ok)
        {
            return new SeeOther(Address(shop.Slug) + "?fait=saved");
        }
        now = await merchants.ShopAsync(shop.Slug, token) ?? now;
        var typed = new Model(shop, now, town, form, new Complaints(), await placer.ShowAsync(form, town, shop.Slug, found, token));
        return answer.Problem!.Code == "changed-meanwhile"
            ? Page.Of<DetailsPage, Model>(typed with { Form = form with { Version = Text(now.Version) }, Meanwhile = [.. Differing(details, now, ui)] }, StatusCodes.Status409Conflict)
            : Page.Of<DetailsPage, Model>(typed with { Complaints = form.Complain(answer.Problem, ui, found.Count > 0) }, StatusCodes.Status422UnprocessableEntity);
    }

    private static IEnumerable<(string Label, string Value)> Differing(ShopDetails typed, Shop now, Ui ui) =>
        from one in new[]
        {
            ("join.kind", typed.Kind, now.Kind), ("join.description", typed.Description.Fr, now.Description.Fr), ("pro.details.english", typed.Description.En, now.Description.En),
            ("join.street", typed.Street, now.Street), ("join.postcode", typed.Postcode, now.Postcode), ("join.city", typed.City, now.City),
            ("join.position", PlanView.Write(typed.Position), PlanView.Write(now.Position)), ("checkout.phone", typed.Phone, now.Phone), ("checkout.email", typed.Email, now.Email),
        }
        where (one.Item2 ?? "") != (one.Item3 ?? "")
        select (ui[one.Item1], one.Item3 is { Length: > 0 } value ? value : ui["pro.details.empty"]);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
