using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Keys;

/// <summary><c>/pro/{shop}/cles</c>: keys for a shop's till and other programs, for its owners. A key is shown once, when it is made.</summary>
public static class KeysDesk
{
    private const string ForThePoint = "point:write";
    private const int LongestName = 120;

    public sealed record Form
    {
        public string? Name { get; set; }
    }

    /// <param name="Scopes">That a key of this shop can have.</param>
    /// <param name="Made">The key just made: shown now and never again.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<ApiKey> Keys, IReadOnlyList<string> Scopes, Form Typed, IReadOnlyList<string> Chosen, Complaints Complaints, ApiKeyCreated? Made, bool Revoked);

    public sealed record RevokeModel(ProShop Shop, ApiKey Key);

    internal static void MapKeys(this RouteGroupBuilder shop)
    {
        shop.MapGet("/cles", ShowAsync).OnlyOwners();
        shop.MapPost("/cles", CreateAsync).OnlyOwners();
        shop.MapGet("/cles/{key:guid}/retrait", AskAsync).OnlyOwners();
        shop.MapPost("/cles/{key:guid}/retrait", RevokeAsync).OnlyOwners();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopKeysClient keys, CancellationToken token, string? fait = null) =>
        await PageAsync(http, keys, new Form(), [], new Complaints(), null, token, revoked: fait == "retrait");

    private static async Task<IResult> CreateAsync([FromForm] Form form, HttpContext http, ShopKeysClient keys, Ui ui, CancellationToken token)
    {
        var (shop, complaints) = (http.ProShop(), new Complaints());
        var chosen = ScopesOf(shop).Where(s => http.Request.Form["Scopes"].Contains(s)).ToList();
        var name = form.Name?.Trim() ?? "";
        if (name.Length is 0 or > LongestName)
        {
            complaints.Add("Name", ui["pro.keys.wrong.name"]);
        }
        if (chosen.Count == 0)
        {
            complaints.Add("Scopes", ui["pro.keys.wrong.scopes"]);
        }
        if (complaints.Any)
        {
            return await PageAsync(http, keys, form, chosen, complaints, null, token, StatusCodes.Status422UnprocessableEntity);
        }
        var answer = await keys.CreateAsync(shop.Slug, new ApiKeyRequest(name, chosen), token);
        return answer.Ok
            ? await PageAsync(http, keys, new Form { Name = name }, [], complaints, answer.Value, token, StatusCodes.Status201Created)
            : await PageAsync(http, keys, form, chosen, complaints.Add("", answer.Problem!.Detail ?? ui["pro.keys.refused"]), null, token, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AskAsync(HttpContext http, ShopKeysClient keys, Guid key, CancellationToken token) =>
        (await keys.ListAsync(http.ProShop().Slug, token)).FirstOrDefault(k => k.KeyId == key && k.RevokedAt is null) is { } known
            ? Page.Of<RevokeKeyPage, RevokeModel>(new RevokeModel(http.ProShop(), known)) : ToKeys(http, "");

    private static async Task<IResult> RevokeAsync(HttpContext http, ShopKeysClient keys, Guid key, CancellationToken token)
    {
        var answer = await keys.RevokeAsync(http.ProShop().Slug, key, token);
        return ToKeys(http, answer.Ok ? "?fait=retrait" : "");
    }

    private static async Task<IResult> PageAsync(HttpContext http, ShopKeysClient keys, Form typed, IReadOnlyList<string> chosen, Complaints complaints, ApiKeyCreated? made, CancellationToken token, int status = StatusCodes.Status200OK, bool revoked = false)
    {
        var shop = http.ProShop();
        return Page.Of<KeysPage, Model>(new Model(shop, await keys.ListAsync(shop.Slug, token), ScopesOf(shop), typed, chosen, complaints, made, revoked), status);
    }

    private static List<string> ScopesOf(ProShop shop) => [.. ApiKeys.Scopes.Where(s => s != ForThePoint || shop.KeepsPoint)];

    private static SeeOther ToKeys(HttpContext http, string query) => new($"/pro/{http.ProShop().Slug}/cles{query}");
}
