using System.Globalization;
using System.Net;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Software;

/// <summary><c>/pro/{shop}/logiciel</c>: the software that is asked for the shop's stock: set up, tried, read now, taken away. Beside the stock's own addresses, where any word may be a reference.</summary>
public static class SoftwareDesk
{
    internal static readonly int[] Paces = [15, 30, 60, 180, 720, 1440];

    public sealed record Form
    {
        public string? Address { get; set; }
        public string? Siret { get; set; }
        public string? Auth { get; set; }
        public string? Secret { get; set; }
        public string? Reserved { get; set; }
        public string? Every { get; set; }

        /// <summary>Of the settings that were seen; none: there were none.</summary>
        public string? Version { get; set; }

        /// <summary>The button: tried, not saved.</summary>
        public string? Try { get; set; }
    }

    /// <param name="Stored">As it is set; null: it is not.</param>
    /// <param name="Meanwhile">Somebody else has changed it since this form was made.</param>
    public sealed record Model(ProShop Shop, StockFeed? Stored, IReadOnlyList<StockFeedRun> Runs, Form Typed, Complaints Complaints, StockFeedTrial? Trial, bool Meanwhile, string? Done)
    {
        public bool Reading => Runs is [{ Status: "running" }, ..];
    }

    public sealed record RemovalModel(ProShop Shop, StockFeed Stored);

    internal static void MapSoftware(this RouteGroupBuilder shop)
    {
        shop.MapGet("/logiciel", ShowAsync);
        shop.MapPost("/logiciel", SaveAsync);
        shop.MapPost("/logiciel/lecture", ReadNowAsync);
        shop.MapGet("/logiciel/retrait", AskAsync);
        shop.MapPost("/logiciel/retrait", RemoveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopSoftwareClient software, MerchantsClient merchants, CancellationToken token, string? fait = null)
    {
        var shop = http.ProShop();
        var stored = await software.FindAsync(shop.Slug, token);
        return await PageAsync(shop, software, stored, stored is null ? await FreshAsync(shop, merchants, token) : Of(stored), new Complaints(), token, done: fait is "saved" or "read" or "removed" or "refused" ? fait : null);
    }

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, ShopSoftwareClient software, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        var definition = new StockFeedDefinition(form.Address?.Trim() ?? "", form.Siret ?? "", form.Auth ?? "none", string.IsNullOrWhiteSpace(form.Secret) ? null : form.Secret, form.Reserved ?? "included",
            int.TryParse(form.Every, NumberStyles.None, CultureInfo.InvariantCulture, out var every) ? every : 0);
        long? seen = long.TryParse(form.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
        var stored = await software.FindAsync(shop.Slug, token);
        if (form.Try is not null)
        {
            var tried = await software.TryAsync(shop.Slug, definition, token);
            return tried.Ok ? await PageAsync(shop, software, stored, form, new Complaints(), token, tried.Value) : await RefusedAsync(tried.Problem!);
        }
        var saved = await software.PutAsync(shop.Slug, definition, seen, token);
        if (saved.Ok)
        {
            return new SeeOther($"/pro/{shop.Slug}/logiciel?fait=saved");
        }
        if (saved.Problem!.Code == "changed-meanwhile")
        {
            form.Version = stored?.Version.ToString(CultureInfo.InvariantCulture);
            return await PageAsync(shop, software, stored, form, new Complaints(), token, meanwhile: true, status: StatusCodes.Status409Conflict);
        }
        return await RefusedAsync(saved.Problem);

        Task<IResult> RefusedAsync(Problem problem) => PageAsync(shop, software, stored, form, new Complaints().Add(FieldOf(problem.Code), problem.Detail ?? ui["pro.software.refused"]), token, status: StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ReadNowAsync(HttpContext http, ShopSoftwareClient software, CancellationToken token)
    {
        var shop = http.ProShop();
        var answer = await software.ReadNowAsync(shop.Slug, token);
        return new SeeOther($"/pro/{shop.Slug}/logiciel{(answer.Ok ? "?fait=read#lectures" : "?fait=refused")}");
    }

    private static async Task<IResult> AskAsync(HttpContext http, ShopSoftwareClient software, CancellationToken token)
    {
        var shop = http.ProShop();
        return shop.MayAct && await software.FindAsync(shop.Slug, token) is { } stored ? Page.Of<SoftwareRemovalPage, RemovalModel>(new RemovalModel(shop, stored)) : Results.LocalRedirect($"/pro/{shop.Slug}/logiciel");
    }

    // Removed twice is removed; one that could not be is said not to be.
    private static async Task<IResult> RemoveAsync(HttpContext http, ShopSoftwareClient software, CancellationToken token)
    {
        var shop = http.ProShop();
        var answer = await software.RemoveAsync(shop.Slug, token);
        return new SeeOther($"/pro/{shop.Slug}/logiciel?fait={(answer.Ok || answer.Status == HttpStatusCode.NotFound ? "removed" : "refused")}");
    }

    private static async Task<IResult> PageAsync(ProShop shop, ShopSoftwareClient software, StockFeed? stored, Form typed, Complaints complaints, CancellationToken token, StockFeedTrial? trial = null,
        bool meanwhile = false, string? done = null, int status = StatusCodes.Status200OK) =>
        Page.Of<SoftwarePage, Model>(new Model(shop, stored, await software.RunsAsync(shop.Slug, token), typed, complaints, trial, meanwhile, done), status);

    private static Form Of(StockFeed stored) => new()
    {
        Address = stored.Address,
        Siret = stored.Siret,
        Auth = stored.Auth,
        Reserved = stored.Reserved,
        Every = stored.EveryMinutes.ToString(CultureInfo.InvariantCulture),
        Version = stored.Version.ToString(CultureInfo.InvariantCulture),
    };

    private static async Task<Form> FreshAsync(ProShop shop, MerchantsClient merchants, CancellationToken token) =>
        new() { Siret = (await merchants.ShopAsync(shop.Slug, token))?.Legal?.Siret, Auth = "basic", Reserved = "included", Every = "15" };

    private static string FieldOf(string code) => code switch
    {
        "stock-feed-siret-invalid" => "Siret",
        "stock-feed-auth-invalid" or "stock-feed-secret-needed" or "stock-feed-secret-invalid" => "Secret",
        "stock-feed-every-invalid" => "Every",
        "stock-feed-reserved-invalid" => "Reserved",
        _ when code.StartsWith("stock-feed-address", StringComparison.Ordinal) => "Address",
        _ => "",
    };

    internal static string PaceOf(int minutes, Ui ui) => minutes switch
    {
        1440 => ui["pro.software.every.day"],
        >= 60 when minutes % 60 == 0 => ui.Count("pro.software.every.hours", minutes / 60),
        _ => ui.Count("pro.software.every.minutes", minutes),
    };

    internal static string Lasted(StockFeedRun run, DateTimeOffset now, Ui ui)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(((run.EndedAt ?? now) - run.StartedAt).TotalSeconds));
        return seconds < 120 ? ui.Count("pro.software.seconds", seconds) : ui.Count("pro.software.minutes", seconds / 60);
    }
}
