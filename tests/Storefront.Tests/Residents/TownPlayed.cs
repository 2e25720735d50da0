using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>Three towns and what their shops sell, in the shapes of the contracts. What was asked is kept; whatever nobody plays throws.</summary>
internal sealed class TownPlayed
{
    public ConcurrentQueue<string> Asked { get; } = new();
    public ConcurrentDictionary<OfferId, OfferSummary> Offers { get; } = new(TownSamples.Offers.ToDictionary(o => o.OfferId));
    public ConcurrentDictionary<OrderId, OrderView> Orders { get; } = new();
    public ConcurrentQueue<(PlaceOrder Order, string Key)> Placed { get; } = new();
    /// <summary>What was told to be looked for while it was out.</summary>
    public ConcurrentQueue<WantedWhileOut[]> Wanted { get; } = new();
    /// <summary>Whether cards are taken, and which shops cannot receive what is paid so.</summary>
    public CardPayment Card { get; set; } = new("closed", []);
    public Func<PlaceOrder, HttpResponseMessage>? Refuse { get; set; }
    /// <summary>What is answered to who looks for a key, instead of what stands under it.</summary>
    public Func<HttpResponseMessage>? LookedUp { get; set; }
    /// <summary>Answers to placed orders come when this is done.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;
    private readonly ConcurrentDictionary<string, Standing> _byKey = new();
    /// <summary>As Merchants tells of slots; by default a few of each place are free.</summary>
    public Func<string, IReadOnlyList<PickupSlot>> Slots { get; set; } = TownSamples.Slots;
    public HashSet<string> Away { get; } = [];
    /// <summary>Towns of which Catalog is asked too often.</summary>
    public HashSet<string> Crowded { get; } = [];

    /// <summary>Services that answer every call with this status.</summary>
    public ConcurrentDictionary<string, HttpStatusCode> Refused { get; } = new();

    /// <summary>What Catalog takes a typed word for, in every town.</summary>
    public ConcurrentDictionary<string, string> Corrected { get; } = new();

    /// <summary>How many towns or shops a page of Merchants holds at most.</summary>
    public int MostItems { get; set; } = 100;

    private sealed record Standing(string Body, string? Person, OrderView Order)
    {
        public bool Answers(string body, string? person) => body == Body && (person is null || Person is null || person == Person);
    }

    public HttpMessageHandler Connect() => new Line(this);

    internal static HttpResponseMessage Problem(HttpStatusCode status, string code, object? lines = null, object? slots = null) => new(status)
    {
        // With lines and slots it is an order that was decided against, which Ordering names.
        Content = JsonContent.Create(new { type = "https://panier-local.example/problems/" + code, title = code, status = (int)status, lines, slots, orderId = lines is null ? null : OrderId.New().ToString() }, new("application/problem+json"), ServiceClient.Json),
    };

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        var service = request.RequestUri!.Host.Split('.')[0];
        var path = request.RequestUri.AbsolutePath["/api/v1/".Length..].Split('/').Select(Uri.UnescapeDataString).ToArray();
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        Asked.Enqueue($"{request.Method} {service} {request.RequestUri.PathAndQuery}");
        if (Away.Contains(service))
        {
            throw new HttpRequestException("connection refused");
        }
        if (Refused.TryGetValue(service, out var refused))
        {
            return Problem(refused, "refused");
        }
        var (number, size) = (int.Parse(query["page"] ?? "1", CultureInfo.InvariantCulture), Math.Min(MostItems, int.Parse(query["pageSize"] ?? "50", CultureInfo.InvariantCulture)));
        return (service, path) switch
        {
            ("merchants", ["towns"]) => Ok(Towns(query["q"], query["near"], number, size)),
            ("merchants", ["towns", "vienne"]) => Ok(TownSamples.Vienne),
            ("merchants", ["towns", "roanne"]) => Ok(TownSamples.Roanne),
            ("merchants", ["towns", "givors"]) => Ok(TownSamples.Givors),
            ("merchants", ["towns", var town, "shops"]) => Ok(new ShopPage([.. TownSamples.ShopsOf(town).Skip((number - 1) * size).Take(size)], TownSamples.ShopsOf(town).Count, number, size)),
            ("merchants", ["towns", "vienne", "pickup-points", var point, "pickup-slots"]) => Ok(Slots(point)),
            ("merchants", ["shops", var shop]) when TownSamples.Shops.Any(s => s.Slug == shop) || shop == TownSamples.Bookshop.Slug => Ok(TownSamples.Shop(shop)),
            ("merchants", ["shops", var shop, "pickup-slots"]) => Ok(Slots(shop)),
            ("merchants", ["memberships"]) => Ok(new Memberships([], [])),
            ("catalog", ["wanted"]) => Note(JsonSerializer.Deserialize<WantedWhileOut[]>(await request.Content!.ReadAsStringAsync(), ServiceClient.Json)!),
            ("catalog", ["categories"]) => Ok(TownSamples.Categories),
            ("catalog", ["ranking"]) => Ok(new RankingFormula("Aucune boutique ne peut payer.", "No shop can pay.", new Dictionary<string, int> { ["title"] = 100 })),
            ("catalog", ["towns", var town, ..]) when TownSamples.ShopsOf(town).Count == 0 => Problem(HttpStatusCode.NotFound, "town-not-found"), // as Catalog does
            ("catalog", ["towns", var town, ..]) when Crowded.Contains(town) => Problem(HttpStatusCode.TooManyRequests, "too-many-reads"),
            ("catalog", ["towns", var town, "offers"]) => Ok(Page(town, query, int.Parse(query["pageSize"]!, CultureInfo.InvariantCulture), number)),
            ("catalog", ["towns", _, "suggestions"]) => Ok(new[] { new Suggestion("offer", "Pain complet", TownSamples.Bread.OfferId.ToString()), new Suggestion("shop", "Le Fournil", "le-fournil") }),
            ("catalog", ["offers"]) => Ok(query["ids"]!.Split(',').Select(i => Offers.GetValueOrDefault(OfferId.Parse(i, null))).Where(o => o is not null)),
            ("catalog", ["offers", var id]) => Offers.TryGetValue(OfferId.Parse(id, null), out var offer) ? Ok(TownSamples.Detail(offer) with { Variants = offer.Model is null ? null : [.. Offers.Values.Where(o => o.Shop == offer.Shop && o.Model?.Variant.Group == offer.Model.Variant.Group).OrderBy(o => o.Title).Select(o => new OfferVariant(o.OfferId, o.Title, o.Model!.Variant.Size, o.Model.Variant.Colour, o.PriceCents, o.Available, o.StockState))] }) : Problem(HttpStatusCode.NotFound, "offer-not-found"),
            ("ordering", ["orders"]) => await PlaceAsync(request),
            ("ordering", ["orders", "by-key"]) => FindByKey(await request.Content!.ReadAsStringAsync(), KeyOf(request), PersonOf(request)),
            ("ordering", ["payments", "card"]) => Ok(Card with { Without = [.. Card.Without.Intersect(query["shops"]!.Split(','))] }),
            ("ordering", ["me", "orders"]) => PersonOf(request) is null ? Problem(HttpStatusCode.Unauthorized, "sign-in-needed") : Ok(new OrderPage([], 0, 1, 20)),
            ("ordering", ["orders", var id]) => Found(id, query["token"]),
            ("ordering", ["orders", var id, "shortages", var proposal, "answer"]) => Answer(id, query["token"], Guid.Parse(proposal), JsonSerializer.Deserialize<AnswerShortage>(await request.Content!.ReadAsStringAsync(), ServiceClient.Json)!),
            ("ordering", ["orders", var id, "payment", "look"]) => Found(id, query["token"]),
            ("ordering", ["orders", var id, "withdrawals", var withdrawal]) => Withdraw(id, query["token"], Guid.Parse(withdrawal), JsonSerializer.Deserialize<Withdraw>(await request.Content!.ReadAsStringAsync(), ServiceClient.Json)!),
            ("ordering", ["orders", var id, "withdrawals", var withdrawal, "goods"]) => SayGoods(id, query["token"], Guid.Parse(withdrawal), JsonSerializer.Deserialize<GoodsSaid>(await request.Content!.ReadAsStringAsync(), ServiceClient.Json)!),
            ("ordering", ["orders", var id, "cancellation"]) => Cancel(id, query["token"]),
            _ => Problem(HttpStatusCode.NotFound, "not-found"),
        };
    }

    private HttpResponseMessage Note(WantedWhileOut[] told)
    {
        Wanted.Enqueue(told);
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }

    private OfferPage Page(string town, NameValueCollection query, int size, int page)
    {
        var corrected = query["q"] is { } typed ? Corrected.GetValueOrDefault(typed) : null;
        var text = corrected ?? query["q"];
        var (category, shop, least, most) = (query["category"], query["shop"], Cents("minPrice"), Cents("maxPrice"));
        var found = Offers.Values.Where(o => TownSamples.TownsOf(o.Shop.Slug).Contains(town) && (text is null || o.Title.Contains(text, StringComparison.OrdinalIgnoreCase)) && (category is null || o.Category == category || RootOf(o.Category) == category)
            && (shop is null || o.Shop.Slug == shop) && (least is null || o.PriceCents >= least) && (most is null || o.PriceCents <= most)).OrderBy(o => o.Title).ToList();
        return new OfferPage([.. found.Skip((page - 1) * size).Take(size)], found.Count, false, page, size,
            new OfferFacets([.. found.Select(o => o.Category).Concat(found.Select(o => RootOf(o.Category)).OfType<string>()).GroupBy(c => c).Select(g => new FacetCount(g.Key, g.Key, g.Count()))], [.. found.GroupBy(o => o.Shop).Select(g => new FacetCount(g.Key.Slug, g.Key.Name, g.Count()))], found.Count, 100, 3000), corrected);

        static string? RootOf(string category) => TownSamples.Categories.FirstOrDefault(c => c.Slug == category)?.Parent;

        long? Cents(string name) => query[name] is { } cents ? long.Parse(cents, CultureInfo.InvariantCulture) : null;
    }

    private async Task<HttpResponseMessage> PlaceAsync(HttpRequestMessage request)
    {
        var body = await request.Content!.ReadAsStringAsync();
        var order = JsonSerializer.Deserialize<PlaceOrder>(body, ServiceClient.Json)!;
        var key = KeyOf(request);
        Placed.Enqueue((order, key));
        if (Refuse is { } refuse)
        {
            return refuse(order);
        }
        // As Ordering: the key is the attempt's, whoever of its person or nobody repeats it.
        var standing = _byKey.GetOrAdd(key, _ => new Standing(body, PersonOf(request), TownSamples.Order(order, Offers)));
        if (!standing.Answers(body, PersonOf(request)))
        {
            return Problem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        }
        var view = standing.Order;
        Orders[view.OrderId] = view;
        await Answering;
        return Ok(view, HttpStatusCode.Created);
    }

    private HttpResponseMessage FindByKey(string body, string key, string? person) =>
        LookedUp is { } told ? told()
        : !_byKey.TryGetValue(key, out var standing) ? Problem(HttpStatusCode.NotFound, "order-not-found")
        : standing.Answers(body, person) ? Ok(Orders[standing.Order.OrderId], HttpStatusCode.Created)
        : Problem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");

    private static string KeyOf(HttpRequestMessage request) => request.Headers.GetValues("Idempotency-Key").Single();

    private static string? PersonOf(HttpRequestMessage request) =>
        request.Headers.Authorization?.Parameter is { } token ? new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Subject : null;

    private static TownPage Towns(string? text, string? near, int page, int size)
    {
        // As Merchants: the nearest first. Nobody but who stands beside Givors is nearer to it than to Vienne.
        var found = TownSamples.Towns.Where(t => text is null || t.Name.Contains(text, StringComparison.OrdinalIgnoreCase) || t.Postcodes.Any(p => p.StartsWith(text, StringComparison.Ordinal)))
            .OrderBy(t => near == TownSamples.BesideGivors && t.Slug == "givors" ? 0 : 1).ToList();
        return new TownPage([.. found.Skip((page - 1) * size).Take(size)], found.Count, page, size);
    }

    private HttpResponseMessage Found(string id, string? token) =>
        token == "jeton-secret" && Orders.TryGetValue(OrderId.Parse(id, null), out var order) ? Ok(order) : Problem(HttpStatusCode.NotFound, "order-not-found");

    private HttpResponseMessage Cancel(string id, string? token)
    {
        if (token != "jeton-secret" || !Orders.TryGetValue(OrderId.Parse(id, null), out var order))
        {
            return Problem(HttpStatusCode.NotFound, "order-not-found");
        }
        return Ok(Orders[order.OrderId] = order with { Status = "cancelled", ShopOrders = [.. order.ShopOrders.Select(s => s with { Status = "cancelled", Cancellable = false })], Version = order.Version + 1 });
    }

    /// <summary>Why withdrawals are refused from now on; null: they are not.</summary>
    internal string? WithdrawalRefusal { get; set; }

    private HttpResponseMessage Withdraw(string id, string? token, Guid withdrawal, Withdraw withdraw)
    {
        if (token != "jeton-secret" || !Orders.TryGetValue(OrderId.Parse(id, null), out var order))
        {
            return Problem(HttpStatusCode.NotFound, "order-not-found");
        }
        if (WithdrawalRefusal is { } why)
        {
            return Problem(HttpStatusCode.Conflict, why);
        }
        var shop = order.ShopOrders.Single(s => s.Shop == withdraw.Shop);
        if (shop.Withdrawals?.FirstOrDefault(w => w.WithdrawalId == withdrawal) is { } known)
        {
            return known.Lines.Select(l => (l.OfferId, l.Quantity)).SequenceEqual(withdraw.Lines.Select(l => (l.OfferId, l.Quantity))) ? Ok(order) : Problem(HttpStatusCode.Conflict, "withdrawal-known");
        }
        var goods = withdraw.Lines.Join(shop.Lines, l => l.OfferId, o => o.OfferId, (l, o) => new WithdrawalView.Goods(l.OfferId, l.Quantity, Money.LineTotal(o.Unit, l.Quantity, o.PriceCents))).ToList();
        var now = DateTimeOffset.UtcNow;
        var after = shop with
        {
            Withdrawals = [.. shop.Withdrawals ?? [], new WithdrawalView(withdrawal, "awaited", now, now.AddDays(14), now.AddDays(14), goods.Sum(g => g.Cents), goods)],
            Lines = [.. shop.Lines.Select(l => l with { Withdrawable = l.Withdrawable - goods.Where(g => g.OfferId == l.OfferId).Sum(g => g.Quantity) is > 0 and var left ? left : null })],
        };
        return Ok(Orders[order.OrderId] = order with { ShopOrders = [.. order.ShopOrders.Select(s => s.Shop == shop.Shop ? after : s)], Version = order.Version + 1 });
    }

    private HttpResponseMessage SayGoods(string id, string? token, Guid withdrawal, GoodsSaid said) =>
        token == "jeton-secret" && Orders.TryGetValue(OrderId.Parse(id, null), out var order) && order.ShopOrders.Any(s => s.Shop == said.Shop)
            ? Ok(Orders[order.OrderId] = order with
            {
                ShopOrders = [.. order.ShopOrders.Select(s => s.Shop == said.Shop ? s with { Withdrawals = [.. s.Withdrawals!.Select(w => w.WithdrawalId == withdrawal ? w with { State = "awaited", Said = said.How } : w)] } : s)],
            })
            : Problem(HttpStatusCode.NotFound, "order-not-found");

    /// <summary>What was answered to which question.</summary>
    internal System.Collections.Concurrent.ConcurrentDictionary<Guid, AnswerShortage> Answers { get; } = new();

    /// <summary>Questions that take no answer, by why.</summary>
    internal System.Collections.Concurrent.ConcurrentDictionary<Guid, string> AnswerRefusals { get; } = new();

    private HttpResponseMessage Answer(string id, string? token, Guid proposal, AnswerShortage answer)
    {
        if (token != "jeton-secret" || !Orders.TryGetValue(OrderId.Parse(id, null), out var order))
        {
            return Problem(HttpStatusCode.NotFound, "order-not-found");
        }
        if (AnswerRefusals.TryGetValue(proposal, out var why))
        {
            return Problem(HttpStatusCode.Conflict, why);
        }
        var asked = order.ShopOrders.SelectMany(s => s.Lines).Single(l => l.Shortage?.ProposalId == proposal).Shortage!;
        if (answer.Answer == "substitute" && asked.Substitute!.TotalCents > asked.MissingCents && answer.AgreedCents != asked.Substitute.TotalCents)
        {
            return Problem(HttpStatusCode.UnprocessableEntity, "price-not-agreed");
        }
        Answers[proposal] = answer;
        return Ok(Orders[order.OrderId] = order with
        {
            ShopOrders = [.. order.ShopOrders.Select(s => s with { Lines = [.. s.Lines.Select(l => l.Shortage?.ProposalId == proposal ? l with { Shortage = asked with { State = answer.Answer } } : l)] })],
            Version = order.Version + 1,
        });
    }

    internal static HttpResponseMessage Ok<T>(T value, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = JsonContent.Create(value, options: ServiceClient.Json) };

    private sealed class Line(TownPlayed town) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => town.AnswerAsync(request);
    }
}
