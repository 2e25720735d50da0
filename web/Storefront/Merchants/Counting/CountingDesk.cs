using System.Globalization;
using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Counting;

/// <summary>
/// <c>/pro/{shop}/comptage</c>: what is scanned along the shelf, one list whoever counts. Each scan bears the key of its form (with script, one of its own), so that a repeat counts once.
/// The figures change only once the list was compared and applied.
/// </summary>
public static class CountingDesk
{
    private const int Shown = 40;
    internal const int LongestCode = 64; // as long as a shop's own reference may be
    private const int LongestKey = 100;
    private const long Most = 1_000_000;

    /// <summary>Whoever has not counted for so long has left the list, not gone on: what lies there may be counted anew.</summary>
    private static readonly TimeSpan LeftAfter = TimeSpan.FromHours(12);

    /// <summary>A scan with or without a number; or, of an article of the list, a step, its number, or that it is not counted after all.</summary>
    public sealed record Form
    {
        public string? Count { get; set; }
        public string? Key { get; set; }
        public string? Code { get; set; }
        public string? Quantity { get; set; }
        public string? Delta { get; set; }
        public string? OnHand { get; set; }

        /// <summary>The number that <see cref="OnHand"/> replaces.</summary>
        public string? Seen { get; set; }
        public string? Drop { get; set; }

        /// <summary>How long ago it was scanned, where it waited for the network.</summary>
        public string? Seconds { get; set; }

        /// <summary>It is about an article of the list.</summary>
        public string? Row { get; set; }
    }

    public sealed record EndForm
    {
        public string? Count { get; set; }
        public string? Version { get; set; }
    }

    /// <param name="List">None: nobody is counting.</param>
    /// <param name="Typed">What was not taken, to be sent again.</param>
    /// <param name="Counted">Code of the article that was just counted.</param>
    /// <param name="Done">Key of what has just been done.</param>
    /// <param name="Left">The list was left so long ago that it is asked whether this is still the same count.</param>
    public sealed record Model(ProShop Shop, StockCountList? List, Form Typed, Complaints Complaints, string? Counted, string? Done, bool Left = false)
    {
        public CountedArticle? Last => Counted is null ? null : List?.Items.FirstOrDefault(i => i.Code == Counted || i.Sku == Counted);
    }

    /// <param name="Changed">Somebody has counted on since it was looked at.</param>
    public sealed record CompareModel(ProShop Shop, StockCountList List, bool Changed = false);

    internal static void MapCounting(this RouteGroupBuilder shop)
    {
        shop.MapGet("/comptage", ShowAsync);
        shop.MapPost("/comptage", ScanAsync);
        shop.MapPost("/comptage/debut", StartAsync);
        shop.MapGet("/comptage/comparer", CompareAsync);
        shop.MapPost("/comptage/appliquer", ApplyAsync);
        shop.MapPost("/comptage/abandon", AbandonAsync);
        shop.MapGet("/comptage/{count:guid}", ResultAsync);
    }

    internal static string Href(ProShop shop) => $"/pro/{shop.Slug}/comptage";

    private static async Task<IResult> ShowAsync(HttpContext http, ShopCountingClient counting, TimeProvider clock, CancellationToken token, string? vu = null, string? fait = null, bool suite = false)
    {
        var list = await counting.OpenAsync(http.ProShop().Slug, Shown, token);
        var left = !suite && list is { Items.Count: > 0 } && list.Items.Max(i => i.At) < clock.GetUtcNow() - LeftAfter;
        return Page.Of<CountingPage, Model>(new Model(http.ProShop(), list, new Form(), new Complaints(), vu, fait == "abandoned" ? fait : null, left));
    }

    private static async Task<IResult> StartAsync(HttpContext http, ShopCountingClient counting, Ui ui, CancellationToken token)
    {
        var answer = await counting.StartAsync(http.ProShop().Slug, token);
        return answer.Ok ? new SeeOther(Href(http.ProShop())) : await RefusedAsync(answer, http, counting, ui, token);
    }

    // For no reason that this page knows a word for: too many at once, no right to any more.
    private static Task<IResult> RefusedAsync<T>(Answer<T> answer, HttpContext http, ShopCountingClient counting, Ui ui, CancellationToken token) where T : class =>
        PageAsync(http, counting, new Form(), new Complaints().Add("", answer.Problem!.Detail ?? ui["pro.count.wrong.refused"]), (int)answer.Status, token);

    private static async Task<IResult> ScanAsync([FromForm] Form form, HttpContext http, ShopCountingClient counting, Ui ui, CancellationToken token)
    {
        var complaints = new Complaints();
        var scan = Read(form, complaints, ui);
        if (scan is null)
        {
            return await PageAsync(http, counting, form, complaints, StatusCodes.Status422UnprocessableEntity, token);
        }
        if (!Guid.TryParse(form.Count, out var count))
        {
            return await PageAsync(http, counting, form, complaints.Add("Code", ui.T("pro.count.wrong.ended", scan.Code)), StatusCodes.Status409Conflict, token);
        }
        var key = form.Key is { Length: > 0 and <= LongestKey } given ? given : Guid.NewGuid().ToString();
        var late = long.TryParse(form.Seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
        var answer = await counting.ScanAsync(http.ProShop().Slug, count, scan with { AgoSeconds = late }, key, token);
        if (answer.Ok)
        {
            return new SeeOther(Href(http.ProShop()) + LocalUrl.Query(("vu", answer.Value is null ? null : answer.Value.Sku ?? answer.Value.Code)));
        }
        if (answer.Status == HttpStatusCode.TooManyRequests)
        {
            return await PageAsync(http, counting, form, complaints.Add("Code", ui["pro.count.wrong.busy"]), StatusCodes.Status429TooManyRequests, token);
        }
        var sentence = answer.Problem!.Code switch
        {
            "count-ended" or "stock-count-not-found" => ui.T("pro.count.wrong.ended", scan.Code),
            "idempotency-key-reused" => ui["pro.count.wrong.again"],
            "counted-meanwhile" => ui["pro.count.wrong.meanwhile"],
            "count-full" => ui["pro.count.wrong.full"],
            "quantity-invalid" => ui.T("pro.count.wrong.quantity", ui.Number(Most)),
            "scan-invalid" => ui.T("pro.count.wrong.code", LongestCode),
            _ => answer.Problem.Detail ?? ui["pro.count.wrong.refused"],
        };
        var status = answer.Problem.Code is "count-ended" or "stock-count-not-found" or "counted-meanwhile" or "count-full" ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity;
        return await PageAsync(http, counting, form, complaints.Add(scan.Kind == "set" ? "" : "Code", sentence), status, token);
    }

    private static CountScan? Read(Form form, Complaints complaints, Ui ui)
    {
        var code = form.Code?.Trim() ?? "";
        if (code.Length is 0 or > LongestCode || code.Any(char.IsControl))
        {
            complaints.Add("Code", ui.T("pro.count.wrong.code", LongestCode));
            return null;
        }
        if (!string.IsNullOrEmpty(form.Drop))
        {
            return new CountScan(code, "drop");
        }
        if (form.Delta is "1" or "-1")
        {
            return new CountScan(code, "add", form.Delta == "1" ? 1 : -1);
        }
        var (field, text) = form.Row is not null ? ("", form.OnHand ?? "") : ("Quantity", form.Quantity ?? "");
        var digits = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        if (field.Length > 0 && digits.Length == 0)
        {
            return new CountScan(code);
        }
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) || quantity > Most)
        {
            complaints.Add(field, ui.T("pro.count.wrong.quantity", ui.Number(Most)));
            return null;
        }
        return field.Length > 0 ? new CountScan(code, "add", quantity)
            : new CountScan(code, "set", quantity, long.TryParse(form.Seen, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : null);
    }

    private static async Task<IResult> CompareAsync(HttpContext http, ShopCountingClient counting, CancellationToken token) =>
        await counting.OpenAsync(http.ProShop().Slug, null, token) is { Articles: > 0 } list
            ? Page.Of<ComparingPage, CompareModel>(new CompareModel(http.ProShop(), list)) : Results.LocalRedirect(Href(http.ProShop()));

    private static async Task<IResult> ApplyAsync([FromForm] EndForm form, HttpContext http, ShopCountingClient counting, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (!Guid.TryParse(form.Count, out var count) || !long.TryParse(form.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return new SeeOther(Href(shop) + "/comparer?refus=1");
        }
        var answer = await counting.ApplyAsync(shop.Slug, count, version, token);
        if (!answer.Ok && answer.Problem!.Code == "changed-meanwhile" && await counting.FindAsync(shop.Slug, count, token) is { } now)
        {
            return Page.Of<ComparingPage, CompareModel>(new CompareModel(shop, now, Changed: true), StatusCodes.Status409Conflict);
        }
        return answer.Ok ? new SeeOther($"{Href(shop)}/{count}") : await ClosedAsync(answer, count, http, counting, ui, token);
    }

    // By somebody else: its page says what became of it.
    private static async Task<IResult> ClosedAsync<T>(Answer<T> answer, Guid count, HttpContext http, ShopCountingClient counting, Ui ui, CancellationToken token) where T : class =>
        answer.Problem!.Code is "count-ended" or "stock-count-not-found" ? new SeeOther($"{Href(http.ProShop())}/{count}?refus=1") : await RefusedAsync(answer, http, counting, ui, token);

    private static async Task<IResult> AbandonAsync([FromForm] EndForm form, HttpContext http, ShopCountingClient counting, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (!Guid.TryParse(form.Count, out var count))
        {
            return new SeeOther(Href(shop) + "?refus=1");
        }
        var answer = await counting.AbandonAsync(shop.Slug, count, token);
        return answer.Ok ? new SeeOther(Href(shop) + "?fait=abandoned") : await ClosedAsync(answer, count, http, counting, ui, token);
    }

    private static async Task<IResult> ResultAsync(Guid count, HttpContext http, ShopCountingClient counting, CancellationToken token) => await counting.FindAsync(http.ProShop().Slug, count, token) switch
    {
        null => Trouble.NotFound(null),
        { Status: "open" } => Results.LocalRedirect(Href(http.ProShop())),
        var list => Page.Of<ComparingPage, CompareModel>(new CompareModel(http.ProShop(), list)),
    };

    private static async Task<IResult> PageAsync(HttpContext http, ShopCountingClient counting, Form typed, Complaints complaints, int status, CancellationToken token) =>
        Page.Of<CountingPage, Model>(new Model(http.ProShop(), await counting.OpenAsync(http.ProShop().Slug, Shown, token), typed, complaints, null, null), status);

    /// <summary>Where its product is made, with the number filled in.</summary>
    internal static string NewProduct(ProShop shop, string code) => $"/pro/{shop.Slug}/produits/nouveau" + LocalUrl.Query(("code", code));

    internal static string Quantity(CountedArticle article, Ui ui) => article.Counted is { } counted ? ui.Quantity(article.Unit, counted) : "?";

    /// <summary>Thirteen figures that no article of the shop has and that are no article number of anybody's.</summary>
    internal static bool IsMistyped(CountedArticle article)
    {
        var figures = string.Concat(article.Code.Where(c => c != '-' && !char.IsWhiteSpace(c)));
        return article.State == "unknown" && figures.Length == 13 && figures.All(char.IsAsciiDigit) && !HandOver.ScannedText.HasCheckDigit(figures);
    }

    /// <summary>What is said of the article that was just counted.</summary>
    internal static string SaidOf(CountedArticle article, Ui ui) =>
        ui.T(IsMistyped(article) ? "pro.count.said.mistyped" : article.State is "counted" or "below-reserved" or "newer-known" ? "pro.count.said" : "pro.count.said." + article.State, Name(article), Quantity(article, ui));

    internal static string Name(CountedArticle article) => article.Title ?? article.Code;

    internal static string Signed(SaleUnit unit, long delta, Ui ui) => delta == 0 ? "=" : Stock.StockWhy.Signed(unit, delta, ui);
}
