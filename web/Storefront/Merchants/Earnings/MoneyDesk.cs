using System.Globalization;
using System.Text;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Merchants.Earnings;

/// <summary><c>/pro/{shop}/argent</c>: what the shop is owed, why and when it comes, and month by month what became of it. For its owners.</summary>
public static class MoneyDesk
{
    private const int LinesShown = 50;
    private static readonly DateOnly _first = new(2000, 1, 1);

    /// <param name="Towns">Names by slug.</param>
    public sealed record Model(ProShop Shop, ShopMoney Money, IReadOnlyDictionary<string, string> Towns)
    {
        /// <summary>Nobody has ever paid it by card.</summary>
        public bool Nothing => Money.Open.Count == 0 && Money.Months.Count == 0;
    }

    public sealed record StatementModel(ProShop Shop, ShopStatement Statement);

    internal static void MapMoney(this RouteGroupBuilder shop)
    {
        shop.MapGet("/argent", ShowAsync).OnlyOwners();
        shop.MapGet("/argent/{month}", MonthAsync).OnlyOwners();
        shop.MapGet("/argent/{month}/releve.csv", FileAsync).OnlyOwners();
    }

    /// <summary>What to do where a bank sent money back: most often the account is not the one that was meant.</summary>
    internal static string WhyOf(BankPayout payout) => payout.Reason is "account_closed" or "no_account" or "invalid_account_number" or "incorrect_account_holder_name" or "bank_account_restricted" or "invalid_currency" or "debit_not_authorized"
        ? "pro.money.payout.why.iban" : "pro.money.payout.why.bank";

    internal static string Address(string shop) => $"/pro/{shop}/argent";

    internal static string Address(string shop, DateOnly month) => $"{Address(shop)}/{month.ToString("yyyy-MM", CultureInfo.InvariantCulture)}";

    private static async Task<IResult> ShowAsync(HttpContext http, ShopMoneyClient money, TownDirectory towns, CancellationToken token)
    {
        var read = await money.ReadAsync(http.ProShop().Slug, token);
        var names = new Dictionary<string, string>();
        foreach (var town in read.Commissions)
        {
            names[town.Town] = (await towns.TownAsync(town.Town, token))?.Name ?? town.Town;
        }

        return Page.Of<MoneyPage, Model>(new Model(http.ProShop(), read, names));
    }

    private static async Task<IResult> MonthAsync(string month, HttpContext http, ShopMoneyClient money, Ui ui, CancellationToken token, string? page = null)
    {
        var shop = http.ProShop();
        if (MonthOf(month, ui) is not { } first)
        {
            return Results.LocalRedirect(Address(shop.Slug));
        }

        var at = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1000 ? number : 1;
        return Page.Of<StatementPage, StatementModel>(new StatementModel(shop, await money.MonthAsync(shop.Slug, first, at, LinesShown, token)));
    }

    // Every line of the month between what it opens and closes with, and its sums, as a spreadsheet in the reader's language understands them; with a mark of the encoding, as
    // spreadsheets want it.
    private static async Task<IResult> FileAsync(string month, HttpContext http, ShopMoneyClient money, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop().Slug;
        if (MonthOf(month, ui) is not { } first)
        {
            return Results.LocalRedirect(Address(shop));
        }

        var read = await money.WholeMonthAsync(shop, first, token);
        var text = new StringBuilder("\uFEFF").Append(ui["pro.money.csv.head"]).Append("\r\n");
        void Add(string when, string order, string what, params long?[] cells) =>
            text.AppendJoin(';', cells.Select(c => c is { } cents ? Plain(cents, ui) : "").Prepend(what).Prepend(order).Prepend(when)).Append("\r\n");
        Add("", "", ui["pro.money.opening"], null, null, null, null, read.OpeningCents);
        foreach (var line in read.Items)
        {
            Add(Ui.Local(line.At).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), line.Reference, ui["pro.money.kind." + line.Kind], line.GrossCents, line.CommissionCents, line.CommissionVatCents, line.Cents, line.BalanceCents);
        }

        Add("", "", ui["pro.money.csv.sums"], read.Items.Sum(l => l.GrossCents), read.Items.Sum(l => l.CommissionCents), read.Items.Sum(l => l.CommissionVatCents), read.Items.Sum(l => l.Cents), null);
        Add("", "", ui["pro.money.closing"], null, null, null, null, read.ClosingCents);
        return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"{ui["pro.money.csv.name"]}-{shop}-{first:yyyy-MM}.csv"));
    }

    private static string Plain(long cents, Ui ui) => (cents / 100m).ToString("0.00", CultureInfo.GetCultureInfo(ui.French ? "fr-FR" : "en-GB"));

    // Not one to come: there is nothing in it.
    private static DateOnly? MonthOf(string text, Ui ui) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month >= _first && month <= ui.Today ? month : null;
}
