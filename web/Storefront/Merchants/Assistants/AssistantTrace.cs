using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Merchants.Imports;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Merchants.Stock;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Storefront.Merchants.Assistants;

/// <summary>Writes into the shop's journal whatever an assistant sends from a page of its counter to change something. These pages are a person's only way to the services.</summary>
internal static class AssistantTrace
{
    private const int Longest = 80;
    private const string Counting = "comptage";
    internal const string NewProduct = "produits.nouveau";
    private const string ProductSheetOf = "produits.fiche.one";
    internal const string LookedUp = "produits.code";
    private static readonly object _refused = new();

    // What was said in a form, and may be repeated: nothing about a customer, no code.
    private static readonly string[] _figures = ["Quantity", "OnHand", "Price"];

    internal static RouteGroupBuilder WithAssistantsTraced(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        if (http.ProShop() is not { AssistsUntil: not null } shop || HttpMethods.IsGet(http.Request.Method) || http.IsOnlyLooking())
        {
            return await next(context);
        }
        var journal = http.RequestServices.GetRequiredService<ShopJournal>();
        var entry = await journal.BeginAsync(shop.Id, http.User.SignedIn()!.Id, await DeedOfAsync(http), http.RequestAborted);
        var result = await next(context);
        await journal.EndAsync(entry, IsDone(result) && !http.Items.ContainsKey(_refused), CancellationToken.None);
        return result;
    });

    /// <summary>For an action that answers a script, whose answer does not show it.</summary>
    internal static void SayRefused(this HttpContext http) => http.Items[_refused] = true;

    /// <summary>Key of the action at this address: what is fixed of it, and <c>one</c> where it ends with which one.</summary>
    internal static string ActionOf(string pattern)
    {
        var parts = pattern["/pro/{shop}".Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('.', parts.Where((part, at) => at == parts.Length - 1 || !part.StartsWith('{')).Select(part => part.StartsWith('{') ? "one" : part));
    }

    private static async Task<ShopJournal.Deed> DeedOfAsync(HttpContext http)
    {
        // A file is passed on as it comes, and read by nobody before.
        var form = http.Request.HasFormContentType && !Uploading.IsUpload(http.Request) ? await http.Request.ReadFormAsync(http.RequestAborted) : FormCollection.Empty;
        var action = ActionOf(((RouteEndpoint)http.GetEndpoint()!).RoutePattern.RawText!);
        if (action is NewProduct or ProductSheetOf && ProductSheet.IsLookUp(new ProductForm { Action = Of("Action"), Ean = Of("Ean"), Sought = Of("Sought") }))
        {
            return new ShopJournal.Deed(LookedUp, null, Of("Ean")); // the form came back, and nothing was saved
        }
        var subject = (string?)http.Request.RouteValues["order"] ?? (string?)http.Request.RouteValues["sku"] ?? Of("Sku") ?? Of("Order") ?? (action == Counting ? Of("Code") : null);
        var finer = action switch
        {
            "produits.etat" => Of("Status") is "active" or "draft" or "archived" ? Of("Status") : null,
            "commandes.prete" => Of(OrderDetail.Holds) is not null ? "balance" : null,
            Counting => Of("Drop") is not null ? "retire" : Of("Delta") is not null ? "pas" : Of("Row") is not null ? "nombre" : null,
            _ => null,
        };
        var isOrder = http.Request.RouteValues["order"] is not null || (subject is not null && subject == Of("Order"));
        var article = subject is null || isOrder ? null : await ArticleAsync(http, subject);
        var said = finer == "retire" ? null : Step() ?? _figures.Select(Of).FirstOrDefault(f => f is not null);
        // A product that is being made has the name, and where nobody types one the reference, that its form says.
        return action == NewProduct
            ? new ShopJournal.Deed(action, subject ?? Of("Proposed"), said, Of("Title"), UnitOf(Of("Unit") == "weight" ? SaleUnit.Weight : SaleUnit.Piece))
            : new ShopJournal.Deed(finer is null ? action : $"{action}.{finer}", article?.Sku ?? subject, said, article?.Title, article is null ? null : UnitOf(article.Unit));

        string UnitOf(SaleUnit unit) => said == Of("Price") && said != Of("OnHand") && said != Of("Quantity") ? JournalDesk.Units.Euros : unit == SaleUnit.Weight ? JournalDesk.Units.Grams : JournalDesk.Units.Pieces;

        // Pressed beside a figure, which is sent along as it was: one more is not "there is one".
        string? Step() => Of("Delta") is { } by ? by.StartsWith('-') ? by.Replace('-', '−') : "+" + by : null;

        string? Of(string field) => form[field].ToString().Trim() is { Length: > 0 } typed ? typed.AtMost(Longest) : null;
    }

    // As it is called now: it may be called otherwise, or be gone, when somebody reads the line. Along a shelf it is scanned by its number.
    private static async Task<MerchantOffer?> ArticleAsync(HttpContext http, string code)
    {
        var (catalog, shop) = (http.RequestServices.GetRequiredService<ShopProductsClient>(), http.ProShop().Slug);
        return (await catalog.SheetAsync(shop, code, http.RequestAborted))?.Offer
            ?? ((await catalog.OffersAsync(shop, code, null, 1, 2, http.RequestAborted)).Items.Where(o => o.Ean13 == code).ToList() is [var one] ? one : null);
    }

    // A refusal is a page that says so, or an address at which one is said.
    private static bool IsDone(object? result) => result switch
    {
        IStatusCodeHttpResult { StatusCode: >= 400 } => false,
        RedirectHttpResult { Url: var url } => !Says(url),
        SeeOther { Href: var href } => !Says(href),
        _ => true,
    };

    private static bool Says(string address) =>
        address.Contains("manque=", StringComparison.Ordinal) || (address.Contains("refus=", StringComparison.Ordinal) && !address.Contains("refus=" + StockList.Short, StringComparison.Ordinal));
}
