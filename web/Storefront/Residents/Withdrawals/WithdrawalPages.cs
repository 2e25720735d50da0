using System.Globalization;
using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Orders;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Withdrawals;

/// <summary>
/// <c>/commandes/{order}/retractation</c>: the withdrawal function of the law (L221-21), with its words: “Renoncer au contrat ici” leads here, “Confirmer la rétractation”
/// declares it, and the page after it says what was received, and when. For who holds the order's link and for accounts alike. Whether one still may is Ordering's to say.
/// </summary>
public static class WithdrawalPages
{
    /// <param name="Shop">With whom the contract is.</param>
    /// <param name="Withdrawal">Drawn with the form: the same press twice is one withdrawal.</param>
    /// <param name="Chosen">To be confirmed; null: still to be chosen.</param>
    public sealed record Model(OrderModel Order, ShopOrderView Shop, Guid Withdrawal, Typed Typed, IReadOnlyList<Withdraw.Item>? Chosen, IReadOnlyList<(string Field, string Message)> Wrong, string? Problem = null)
    {
        public string Address => $"/commandes/{Order.Order.OrderId}/retractation";

        public string? ErrorOf(string field) => Wrong.FirstOrDefault(w => w.Field == field).Message;

        /// <summary>The last day, which ends it.</summary>
        public DateOnly? LastDay => Shop.WithdrawUntil is { } until ? LastDayOf(until) : null;
    }

    public sealed record Typed(IReadOnlySet<string> Items, IReadOnlySet<string> Unopened, IReadOnlyDictionary<string, string> Counts)
    {
        internal static readonly Typed Nothing = new(new HashSet<string>(), new HashSet<string>(), new Dictionary<string, string>());

        internal static Typed Of(IFormCollection form) => new(form["article"].OfType<string>().ToHashSet(), form["intact"].OfType<string>().ToHashSet(),
            form.Where(f => f.Key.StartsWith("nombre-", StringComparison.Ordinal)).ToDictionary(f => f.Key, f => f.Value.ToString()));
    }

    /// <param name="Withdrawals">What was declared to this shop, the latest first.</param>
    public sealed record ReceivedModel(OrderModel Order, ShopOrderView Shop, IReadOnlyList<WithdrawalView> Withdrawals);

    internal static DateOnly LastDayOf(DateTimeOffset end) => Ui.LocalDate(end.AddSeconds(-1));

    internal static string CountOf(OfferId offer) => $"nombre-{offer}";

    /// <summary>Of which there is the right, but only unopened.</summary>
    internal static bool OnlyUnopened(LineView line) => line.NoWithdrawal is "hygiene" or "recording";

    /// <summary>Whether the button is there.</summary>
    internal static bool Possible(ShopOrderView shop, DateTimeOffset now) => shop.WithdrawUntil >= now && shop.Lines.Any(l => l.Withdrawable > 0);

    internal static string Href(OrderModel order, string shop, string? page = null) =>
        $"/commandes/{order.Order.OrderId}/retractation{page}?boutique={Uri.EscapeDataString(shop)}" + (order.Token is null ? "" : "&jeton=" + Uri.EscapeDataString(order.Token));

    /// <summary>Of these goods something went back before, or is on its way: what is owed is their price less that, and Ordering says it.</summary>
    internal static bool WentBack(ShopOrderView shop, OfferId offer) => shop.Refunds?.Any(r => r.State is not "refused" && r.Reason is not "withdrawal" && r.Lines.Any(l => l.OfferId == offer)) is true;

    /// <summary>At most: what is left of the line's price that neither went back nor is owed for what was withdrawn from before.</summary>
    internal static long OwedFor(ShopOrderView shop, LineView line, long quantity) => Math.Max(0, Math.Min(CentsOf(line, quantity), line.TotalCents
        - (shop.Refunds ?? []).Where(r => r.State is not "refused" && shop.Withdrawals?.Any(w => w.WithdrawalId == r.RefundId) is not true).SelectMany(r => r.Lines).Where(l => l.OfferId == line.OfferId).Sum(l => l.Cents)
        - (shop.Withdrawals ?? []).SelectMany(w => w.Lines).Where(l => l.OfferId == line.OfferId).Sum(l => l.Cents)));

    /// <summary>What so many of a line cost: as they are owed, if nothing of them went back before.</summary>
    internal static long CentsOf(LineView line, long quantity) => Money.LineTotal(line.Unit, quantity, line.PriceCents);

    internal static void MapWithdrawals(this WebApplication app)
    {
        var order = app.MapGroup("/commandes/{order:guid}/retractation").WithMetadata(new ShowsOnesOwn());
        order.MapGet("/", ShowAsync);
        order.MapPost("/", SendAsync);
        order.MapGet("/recue", ReceivedAsync);
        order.MapPost("/articles", SayAsync);
    }

    private static async Task<IResult> ShowAsync(Guid order, string? boutique, HttpContext http, OrderingClient ordering, TownDirectory towns, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "private, no-cache";
        return await ordering.OrderAsync(OrderId.From(order), OrderPages.Token(http.Request), token) is { } found && found.ShopOrders.FirstOrDefault(s => s.Shop == boutique) is { } shop
            ? Page.Of<WithdrawPage, Model>(new Model(await OrderPages.ModelAsync(found, null, http, towns, token), shop, Guid.CreateVersion7(), Typed.Nothing, null, []))
            : OrderPages.Unknown();
    }

    private static async Task<IResult> SendAsync(Guid order, HttpContext http, OrderingClient ordering, TownDirectory towns, Ui ui, CancellationToken token)
    {
        var form = await http.Request.ReadFormAsync(token);
        var jeton = form["jeton"].ToString() is { Length: > 0 } given ? given : null;
        if (await ordering.OrderAsync(OrderId.From(order), jeton, token) is not { } found || found.ShopOrders.FirstOrDefault(s => s.Shop == form["boutique"].ToString()) is not { } shop)
        {
            return OrderPages.Unknown();
        }
        var model = new Model(await OrderPages.ModelAsync(found, null, http, towns, token) with { Token = jeton }, shop,
            Guid.TryParse(form["retractation"], out var drawn) && drawn != Guid.Empty ? drawn : Guid.CreateVersion7(), Typed.Of(form), null, []);
        // What is in place already is told by Ordering, not by what is left since: the same press again is no second withdrawal.
        var (chosen, wrong) = Read(shop, shop.Withdrawals?.FirstOrDefault(w => w.WithdrawalId == model.Withdrawal), model.Typed, ui);
        if (form["changer"].Count > 0 || chosen is null || form["confirmer"] != "oui")
        {
            return Page.Of<WithdrawPage, Model>(form["changer"].Count > 0 ? model : model with { Chosen = chosen, Wrong = wrong },
                chosen is null && form["changer"].Count == 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
        }
        var answer = await ordering.WithdrawAsync(found.OrderId, jeton, model.Withdrawal, new Withdraw(shop.Shop, chosen), token);
        if (answer.Ok)
        {
            return new SeeOther(Href(model.Order, shop.Shop, "/recue"));
        }
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return OrderPages.Unknown();
        }
        // Too late this moment, or chosen from a page of before: what stands now, and what was typed.
        var now = await ordering.OrderAsync(found.OrderId, jeton, token) is { } again ? again : found;
        var key = "withdraw.problem." + answer.Problem!.Code;
        return Page.Of<WithdrawPage, Model>(model with
        {
            Order = model.Order with { Order = now },
            Shop = now.ShopOrders.First(s => s.Shop == shop.Shop),
            Withdrawal = answer.Problem.Code == "withdrawal-known" ? Guid.CreateVersion7() : model.Withdrawal,
            Problem = ui[ui.Has(key) ? key : "withdraw.problem"],
        }, (int)answer.Status);
    }

    /// <summary>Brought back, or sent: said by who withdrew, for the shop to look again.</summary>
    private static async Task<IResult> SayAsync(Guid order, HttpContext http, OrderingClient ordering, CancellationToken token)
    {
        var form = await http.Request.ReadFormAsync(token);
        var jeton = form["jeton"].ToString() is { Length: > 0 } given ? given : null;
        var answer = await ordering.SayGoodsAsync(OrderId.From(order), jeton, Guid.TryParse(form["retractation"], out var id) ? id : Guid.Empty, new GoodsSaid(form["boutique"].ToString(), form["articles"].ToString()), token);
        // Settled meanwhile is what the page says then.
        return answer.Ok || answer.Status is HttpStatusCode.Conflict ? new SeeOther(OrderPages.Href(order, jeton)) : OrderPages.Unknown();
    }

    private static async Task<IResult> ReceivedAsync(Guid order, string? boutique, HttpContext http, OrderingClient ordering, TownDirectory towns, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "private, no-cache";
        return await ordering.OrderAsync(OrderId.From(order), OrderPages.Token(http.Request), token) is { } found && found.ShopOrders.FirstOrDefault(s => s.Shop == boutique) is { Withdrawals: { Count: > 0 } declared } shop
            ? Page.Of<WithdrawalReceivedPage, ReceivedModel>(new ReceivedModel(await OrderPages.ModelAsync(found, null, http, towns, token), shop, [.. declared.OrderByDescending(w => w.At)]))
            : OrderPages.Unknown();
    }

    private static (IReadOnlyList<Withdraw.Item>? Chosen, IReadOnlyList<(string Field, string Message)> Wrong) Read(ShopOrderView shop, WithdrawalView? known, Typed typed, Ui ui)
    {
        var (chosen, wrong) = (new List<Withdraw.Item>(), new List<(string, string)>());
        foreach (var line in shop.Lines.Where(l => typed.Items.Contains(l.OfferId.ToString())))
        {
            var most = (line.Withdrawable ?? 0) + (known?.Lines.Where(l => l.OfferId == line.OfferId).Sum(l => l.Quantity) ?? 0);
            var text = typed.Counts.GetValueOrDefault(CountOf(line.OfferId))?.Trim();
            var quantity = string.IsNullOrEmpty(text) || line.Unit == SaleUnit.Weight ? most : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && count <= most ? count : 0;
            if (most == 0)
            {
                // Given back meanwhile, from another page: nothing that was chosen is dropped without a word. Where there never was such a right, the page says why.
                if (shop.Withdrawals?.Any(w => w.Lines.Any(l => l.OfferId == line.OfferId)) is true)
                {
                    wrong.Add(("article", ui.T("withdraw.wrong.gone", line.Title)));
                }
                continue;
            }
            if (quantity == 0)
            {
                wrong.Add((CountOf(line.OfferId), ui.T("withdraw.wrong.count", line.Title, ui.Number(most))));
            }
            else if (OnlyUnopened(line) && !typed.Unopened.Contains(line.OfferId.ToString()))
            {
                wrong.Add(("intact-" + line.OfferId, ui.T("withdraw.wrong.opened", line.Title)));
            }
            else
            {
                chosen.Add(new Withdraw.Item(line.OfferId, quantity, OnlyUnopened(line)));
            }
        }
        if (chosen.Count == 0 && wrong.Count == 0)
        {
            wrong.Add(("article", ui["withdraw.wrong.none"]));
        }
        return wrong.Count > 0 ? (null, wrong) : (chosen, []);
    }
}
