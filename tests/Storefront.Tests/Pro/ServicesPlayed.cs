using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Catalog, Merchants and Ordering as the storefront's clients meet them: the shapes of the contracts, and what was asked with which token.</summary>
internal sealed class ServicesPlayed
{
    /// <param name="Relayed">How many values the storefront's own token has beside the call.</param>
    internal sealed record Asked(string Service, string Method, string Path, string? Token, string Body, int Relayed);

    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly ConcurrentDictionary<OrderId, ShopOrderCard> _before = new();

    public ConcurrentDictionary<string, Memberships> Members { get; } = new();
    /// <summary>Shops that are not as the samples have them.</summary>
    public ConcurrentDictionary<string, Shop> Shops { get; } = new();
    public ConcurrentDictionary<OrderId, ShopOrderCard> Orders { get; } = new();
    /// <summary>Orders of one shop alone, as Ordering keeps them apart; any other is of whoever asks.</summary>
    public ConcurrentDictionary<OrderId, string> ShopsOf { get; } = new();
    public ConcurrentDictionary<string, PointOrder> Point { get; } = new();
    public LeftParcelPage Left { get; set; } = new([], 0, 1, 50);
    public ConcurrentDictionary<string, OrderId> Codes { get; } = new();
    public ConcurrentDictionary<string, MerchantOffer> Offers { get; } = new();
    /// <summary>The offers as they were last sent.</summary>
    public ConcurrentDictionary<string, OfferDefinition> Written { get; } = new();
    /// <summary>How often each offer was changed, beyond its first version.</summary>
    public ConcurrentDictionary<string, long> Changes { get; } = new();
    public long? LowestPriceCents { get; set; }
    public long? ReducedFromCents { get; set; }
    public ConcurrentDictionary<string, KnownProduct> Known { get; } = new();
    public ConcurrentDictionary<Guid, Import> Imports { get; } = new();
    /// <summary>How the last file's reading was corrected.</summary>
    public ImportFormat? Corrected { get; set; }
    public ConcurrentDictionary<string, (HttpStatusCode Status, string Code)> Refusals { get; } = new();
    public OrderMails OrderMails { get; set; } = new(null);
    public ConcurrentDictionary<Guid, ApiKey> Keys { get; } = new();
    public ConcurrentDictionary<Guid, Webhook> Webhooks { get; } = new();
    public ConcurrentDictionary<Guid, WebhookDelivery> Deliveries { get; } = new();
    public IReadOnlyList<PublicHoliday> Holidays { get; set; } = [];
    public IReadOnlyList<StockAccount.HeldFor> Held { get; set; } = [];
    public IReadOnlyList<StockMovement> Moved { get; set; } = [];
    public StockLimits Limits { get; set; } = new(0, null);
    public ConcurrentDictionary<(OfferId Offer, DateTimeOffset At), ShopBatch> Batches { get; } = new();
    public CountingPlayed Counting { get; }
    public StockFeed? Feed { get; set; }
    public IReadOnlyList<StockFeedRun> FeedRuns { get; set; } = [];
    public StockFeedTrial Trial { get; set; } = new(true, 0, 0, null, null, null);
    public ConcurrentDictionary<string, PendingApplication> Applications { get; } = new();
    /// <summary>Where Merchants says that addresses are, by their street; any other is the middle of the town.</summary>
    public ConcurrentDictionary<string, FoundAddresses> Addresses { get; } = new();
    public ConcurrentDictionary<string, string> Staff { get; } = new();
    public ConcurrentDictionary<string, string> StaffNames { get; } = new();
    /// <summary>Until when the shops have the town's help.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Assistance { get; } = new();
    public ConcurrentDictionary<string, SuspendedShop> Suspended { get; } = new();
    public ConcurrentDictionary<Guid, ShopLetter> Letters { get; } = new();
    /// <summary>A shop that nobody has paid by card yet.</summary>
    public ShopMoney Money { get; set; } = new(0, 0, 0, true, [], 0, [], [new("oullins-pierre-benite", [])], new(0, [], 0));

    public PayoutAccount Account { get; set; } = new("none", false, false, [], [], null, null, null);

    public TownMoney TownMoney { get; set; } = new(0, 0, 0, [], [], [], 0);

    public GatewayDifferences Gaps { get; set; } = new(null, [], 0, 0);

    public List<StatementLine> Lines { get; } = [];

    public MoneyMonth Sums { get; set; } = new(new(2026, 1, 1), 0, 0, 0, 0, 0, 0);

    public ShopFigures Figures { get; set; } = ProSamples.NoFigures(DateOnly.FromDateTime(DateTime.UtcNow));
    public WantedOffers Wanted { get; set; } = new(DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-29), DateOnly.FromDateTime(DateTime.UtcNow), 0, []);
    public OrderPage Mine { get; set; } = new([], 0, 1, 20);
    public bool MerchantsAway { get; set; }
    public bool OrderingAway { get; set; }
    public bool CatalogAway { get; set; }

    /// <summary>What Ordering's news of a shop's orders come from, as they come; null: one, and the end.</summary>
    public Stream? News { get; set; }

    public IReadOnlyList<Asked> AskedOf(string service, string path) => [.. _asked.Where(a => a.Service == service && a.Path.StartsWith(path, StringComparison.Ordinal))];

    public ServicesPlayed() => Counting = new CountingPlayed(code => Offers.Values.FirstOrDefault(o => o.Sku == code || o.Ean13 == code));

    public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        var service = request.RequestUri!.Host.Split('.')[0];
        var path = request.RequestUri.PathAndQuery["/api/v1/".Length..];
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        _asked.Enqueue(new Asked(service, request.Method.Method, path, request.Headers.Authorization?.Parameter, body,
            request.Headers.TryGetValues("Storefront-Token", out var relayed) ? relayed.Count() : 0));
        if (Refusals.FirstOrDefault(r => path.EndsWith(r.Key, StringComparison.Ordinal)) is { Key: not null, Value: var (status, code) })
        {
            return Problem(status, code);
        }
        return service switch
        {
            "merchants" when MerchantsAway => throw new HttpRequestException("connection refused"),
            "merchants" => Merchants(request, path, body),
            "ordering" when OrderingAway => throw new HttpRequestException("connection refused"),
            "ordering" => Ordering(request.Method, path, body, request.Headers.IfMatch.FirstOrDefault()?.Tag),
            "catalog" when CatalogAway => throw new HttpRequestException("connection refused"),
            "catalog" when path.Contains("/stock-counts", StringComparison.Ordinal) => Counting.Answer(request.Method, path, body, request.Headers.IfMatch.ToString(),
                request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null) switch
            {
                (HttpStatusCode.NoContent, _) => new HttpResponseMessage(HttpStatusCode.NoContent),
                ( >= HttpStatusCode.BadRequest and var refused, string why) => Problem(refused, why),
                var (_, told) => Ok(told),
            },
            "catalog" => Catalog(request.Method, path, body, request.Headers.IfNoneMatch.ToString() == "*", request.Headers.IfMatch.ToString()),
            _ => throw new InvalidOperationException($"Nobody plays {request.RequestUri}"),
        };
    }

    private HttpResponseMessage Merchants(HttpRequestMessage request, string path, string body) => path.Split('?')[0].Split('/') switch
    {
        ["towns"] => Ok(new TownPage([new TownSummary("vienne", "Vienne", new Position(45.5, 4.9), ["38200"], ["Vienne"], 2, "#8a3b1e", null)], 1, 1, 100)),
        ["towns", _, "addresses"] => Ok(Addresses.GetValueOrDefault(JsonSerializer.Deserialize<SoughtAddress>(body, ServiceClient.Json)!.Street) ?? new FoundAddresses(true, [new FoundAddress("Mairie", new Position(45.71, 4.8))])),
        ["towns", _, "applications"] when request.Method == HttpMethod.Post => Apply(JsonSerializer.Deserialize<ShopApplication>(body, ServiceClient.Json)!),
        ["towns", _, "applications"] => Ok(Applications.Values.Where(a => a.Opening.Application == "pending").ToArray()),
        ["shops", var shop, "assistance"] => Assist(request.Method, shop, body),
        ["towns", _, "assistance"] => Ok(Assistance.Select(a => new AssistedShop(a.Key, "Boutique " + a.Key, a.Value)).ToArray()),
        ["shops", _, "staff"] when request.Method == HttpMethod.Get => Ok(Staff.Select(s => new StaffMember(s.Key, s.Value, StaffNames.GetValueOrDefault(s.Key))).OrderBy(s => s.Email, StringComparer.Ordinal).ToArray()),
        ["shops", _, "staff", ..] => PutStaff(request.Method, path, body),
        ["towns", _, "suspensions"] => Ok(Suspended.Values.ToArray()),
        ["shops", var shop, "suspension"] => Suspend(request.Method, shop, body),
        ["shops", var shop, "opening"] => Ok(Applications.TryGetValue(shop, out var asked) ? asked.Opening : new ShopOpening(shop, "Boutique " + shop, "vienne", "published", null, null, 0, null, [])),
        ["shops", var shop, "application", "decision"] => Decide(shop, JsonSerializer.Deserialize<ApplicationDecision>(body, ServiceClient.Json)!),
        ["letters"] => Ok(Letters.Values.OrderBy(l => l.LetterId).Where(l => !path.Contains("after=", StringComparison.Ordinal) || l.LetterId > Guid.Parse(path.Split("after=")[1])).Take(2).ToArray()),
        ["letters", var letter] => new HttpResponseMessage(Letters.TryRemove(Guid.Parse(letter), out _) ? HttpStatusCode.NoContent : HttpStatusCode.NotFound),
        ["memberships"] => Ok(Members.GetValueOrDefault(Uri.UnescapeDataString(path.Split("email=")[1])) ?? new Memberships([], [])),
        ["towns", var town, "shops"] => Ok(new ShopPage([ProSamples.Summary("Boulangerie de " + town)], 1, 1, 100)),
        ["towns", var town] => Ok(ProSamples.Town(town)),
        ["shops", _, "api-keys"] when request.Method == HttpMethod.Post => Make(JsonSerializer.Deserialize<ApiKeyRequest>(body, ServiceClient.Json)!),
        ["shops", _, "api-keys"] => Ok(Keys.Values.OrderBy(k => k.Name)),
        ["shops", _, "api-keys", var key] => Revoke(Guid.Parse(key)),
        ["shops", _, "public-holidays"] => Ok(Holidays),
        ["shops", var shop, "details"] => Detail(request, shop, JsonSerializer.Deserialize<ShopDetails>(body, ServiceClient.Json)!),
        ["shops", var shop, "hours"] => Change(request, shop, s => s with { Hours = JsonSerializer.Deserialize<WeeklyHours>(body, ServiceClient.Json)! }),
        ["shops", var shop, "slot-rules"] => Change(request, shop, s => s with { Slots = JsonSerializer.Deserialize<SlotRules>(body, ServiceClient.Json)! }),
        ["shops", var shop, "exceptions"] => Change(request, shop, s => s with { Exceptions = [.. s.Exceptions, JsonSerializer.Deserialize<ExceptionalHours>(body, ServiceClient.Json)!] }),
        ["shops", var shop, "exceptions", "removal"] => Change(request, shop, s => s with { Exceptions = [.. s.Exceptions.Where(e => JsonSerializer.Serialize(e, ServiceClient.Json) != body)] }),
        ["shops", var shop] => Ok(Shops.GetValueOrDefault(shop) ?? ProSamples.Shop(shop)),
        _ => new HttpResponseMessage(HttpStatusCode.NotFound),
    };

    private HttpResponseMessage Assist(HttpMethod method, string shop, string body)
    {
        if (method == HttpMethod.Put)
        {
            Assistance[shop] = DateTimeOffset.UtcNow.AddDays(JsonSerializer.Deserialize<AssistanceRequest>(body, ServiceClient.Json)!.Days);
        }
        else if (method == HttpMethod.Delete)
        {
            Assistance.TryRemove(shop, out _);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
        return Ok(Assistance.TryGetValue(shop, out var until) ? new Assistance(until.AddDays(-1), until) : new Assistance(null, null));
    }

    private HttpResponseMessage Make(ApiKeyRequest wanted)
    {
        var key = new ApiKey(Guid.NewGuid(), wanted.Name, wanted.Scopes, DateTimeOffset.UtcNow, null);
        Keys[key.KeyId] = key;
        return Ok(new ApiKeyCreated(key.KeyId, "mk_shown-once", wanted.Scopes));
    }

    private HttpResponseMessage Revoke(Guid key)
    {
        if (!Keys.TryGetValue(key, out var known))
        {
            return Problem(HttpStatusCode.NotFound, "api-key-not-found");
        }
        Keys[key] = known with { RevokedAt = known.RevokedAt ?? DateTimeOffset.UtcNow };
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage Change(HttpRequestMessage request, string slug, Func<Shop, Shop> how)
    {
        var now = Shops.GetValueOrDefault(slug) ?? ProSamples.Shop(slug);
        if (request.Headers.IfMatch.FirstOrDefault() is { } seen && seen.Tag != $"\"{now.Version}\"")
        {
            return Problem(HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        }
        return Ok(Shops[slug] = how(now) with { Version = now.Version + 1 });
    }

    private HttpResponseMessage Apply(ShopApplication application)
    {
        var a = application;
        if (Wrong([
            (a.Terms != MerchantTerms.Current, "terms-not-accepted", "terms", "Lisez et acceptez les conditions en vigueur."), (a.LegalName.Length == 0, "bad-name", "legalName", "Indiquez un nom."),
            (a.LegalForm.Length == 0, "bad-name", "legalForm", "Indiquez un nom."), (a.Name.Length == 0, "bad-name", "name", "Indiquez un nom."), (a.ActivityCode.Length == 0, "bad-activity-code", "activityCode", "Le code d’activité s’écrit « 10.71C »."),
            (a.Siret.Length == 0 || a.Siret.StartsWith("000", StringComparison.Ordinal), "bad-siret", "siret", "Ce numéro SIRET n’existe pas."),
            .. RulesOf(new ShopDetails(a.Kind, a.Description, a.Street, a.Postcode, a.City, a.Position, a.Phone, a.Email), emailNeeded: true)]) is { } wrong)
        {
            return wrong;
        }
        var asked = ProSamples.Asking("le-petit-four");
        Applications["le-petit-four"] = asked with { Shop = asked.Shop with { Name = application.Name } };
        return Ok(asked.Opening);
    }

    // Judged before anybody asks which version was seen, and the same again is nothing new.
    private HttpResponseMessage Detail(HttpRequestMessage request, string slug, ShopDetails d)
    {
        var now = Shops.GetValueOrDefault(slug) ?? ProSamples.Shop(slug);
        return Wrong(RulesOf(d, emailNeeded: now.Email is not null)) ?? Change(request, slug, s => s with
        {
            Kind = d.Kind,
            Description = d.Description,
            Street = d.Street,
            Postcode = d.Postcode,
            City = d.City,
            Position = d.Position,
            Phone = d.Phone,
            Email = d.Email,
        });
    }

    private static (bool Is, string Code, string Field, string Detail)[] RulesOf(ShopDetails d, bool emailNeeded) =>
    [
        (d.Kind.Length == 0, "bad-name", "kind", "Indiquez un nom."), (d.Street.Length == 0, "bad-address", "street", "Indiquez le numéro et la rue."), (d.City.Length == 0, "bad-address", "city", "Indiquez la commune."),
        (d.Postcode.Length == 0 || d.Postcode == "69001", "not-in-town", "postcode", "Ce code postal n’est pas celui d’une commune de la ville : 38200."), (d.Position is { Lat: 0, Lon: 0 }, "bad-position", "position", "La position n’est pas sur la carte."),
        (d.Phone.Length < 9, "bad-phone", "phone", "Indiquez un numéro de téléphone complet."), (d.Email is null ? emailNeeded : !d.Email.Contains('@', StringComparison.Ordinal), "bad-email", "email", "Cette adresse mail n’est pas valable."),
    ];

    /// <summary>All that is wrong at once, as Merchants says it; null: nothing is.</summary>
    private static HttpResponseMessage? Wrong(IEnumerable<(bool Is, string Code, string Field, string Detail)> rules) => rules.Where(r => r.Is).ToList() is not [var first, ..] found ? null : new(HttpStatusCode.UnprocessableEntity)
    {
        Content = JsonContent.Create(new
        {
            type = "https://panier-local.example/problems/" + first.Code,
            title = first.Code,
            status = 422,
            field = first.Field,
            detail = first.Detail,
            errors = found.Select(r => new { code = r.Code, field = r.Field, detail = r.Detail }),
        }, new System.Net.Http.Headers.MediaTypeHeaderValue("application/problem+json")),
    };

    private HttpResponseMessage PutStaff(HttpMethod method, string path, string body)
    {
        var member = method == HttpMethod.Put ? JsonSerializer.Deserialize<StaffMember>(body, ServiceClient.Json)! : new StaffMember(Uri.UnescapeDataString(path.Split('/')[^1]), "");
        if (member.Role != "owner" && Staff.Where(s => s.Value == "owner").Select(s => s.Key).ToList() is [var last] && last == member.Email)
        {
            return Problem(HttpStatusCode.Conflict, "last-owner", "email", "Une boutique garde au moins un propriétaire.");
        }
        if (method == HttpMethod.Delete)
        {
            Staff.TryRemove(member.Email, out _);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
        Staff[member.Email] = member.Role;
        if (member.Name is { Length: > 0 } name)
        {
            StaffNames[member.Email] = name;
        }
        else if (member.Name is not null)
        {
            StaffNames.TryRemove(member.Email, out _);
        }
        return Ok(member);
    }

    private HttpResponseMessage Suspend(HttpMethod method, string shop, string body)
    {
        if (method == HttpMethod.Delete)
        {
            return Suspended.TryRemove(shop, out _) ? new HttpResponseMessage(HttpStatusCode.NoContent) : Problem(HttpStatusCode.NotFound, "shop-not-found");
        }
        var reason = JsonSerializer.Deserialize<Suspension>(body, ServiceClient.Json)!.Reason;
        if (string.IsNullOrWhiteSpace(reason))
        {
            return Problem(HttpStatusCode.UnprocessableEntity, "reason-missing", "reason", "Dites pourquoi.");
        }
        Suspended[shop] = new SuspendedShop(shop, "Boutique " + shop, reason, DateTimeOffset.UtcNow);
        return Ok(new Suspension(reason));
    }

    private HttpResponseMessage Decide(string shop, ApplicationDecision decision)
    {
        if (!Applications.TryGetValue(shop, out var asked) || asked.Opening.Application != "pending")
        {
            return Problem(HttpStatusCode.Conflict, "already-decided", null, "Quelqu’un a déjà répondu à cette demande.");
        }
        if (!decision.Approved && string.IsNullOrWhiteSpace(decision.Reason))
        {
            return Problem(HttpStatusCode.UnprocessableEntity, "reason-missing", "reason", "Dites pourquoi.");
        }
        return Ok((Applications[shop] = asked with { Opening = asked.Opening with { Application = decision.Approved ? "approved" : "refused", Reason = decision.Reason } }).Opening);
    }

    private HttpResponseMessage Ordering(HttpMethod method, string path, string body, string? ifMatch)
    {
        var query = System.Web.HttpUtility.ParseQueryString(path.Contains('?', StringComparison.Ordinal) ? path[path.IndexOf('?', StringComparison.Ordinal)..] : "");
        switch (path.Split('?')[0].Split('/'))
        {
            case ["people", _] when method == HttpMethod.Delete:
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            case ["me", "orders"]:
                return Ok(query["page"] is null or "1" ? Mine : Mine with { Items = [], Page = int.Parse(query["page"]!, CultureInfo.InvariantCulture) });
            case ["shops", var shop, "orders"]:
                return List(shop, new FindOrders(query["status"], query["q"], int.Parse(query["page"]!, CultureInfo.InvariantCulture), int.Parse(query["pageSize"]!, CultureInfo.InvariantCulture)));
            case ["shops", var shop, "orders", "search"] when method == HttpMethod.Post:
                return List(shop, JsonSerializer.Deserialize<FindOrders>(body, ServiceClient.Json)!);
            case ["shops", _, "orders", "named"] when method == HttpMethod.Post:
                return Ok(JsonSerializer.Deserialize<NameOrders>(body, ServiceClient.Json)!.Names.Where(Orders.ContainsKey).Select(n => new NamedOrder(n, n, Orders[n].Reference)).ToArray());
            case ["shops", _, "orders", "events"]:
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = News is { } news ? new StreamContent(news) : new StringContent("event: order\ndata: {\"orderId\":\"x\"}\n\n", null, "text/event-stream") };
            case ["shops", _, "orders", "by-code"] when method == HttpMethod.Post:
                return Codes.TryGetValue(JsonSerializer.Deserialize<FindByCode>(body, ServiceClient.Json)!.Code, out var byCode) ? Ok(Orders[byCode]) : Problem(HttpStatusCode.NotFound, "code-not-found");
            case ["shops", _, "point", "by-code"]:
                return Point.TryGetValue(JsonSerializer.Deserialize<FindByCode>(body, ServiceClient.Json)!.Code, out var there) ? Ok(there) : Problem(HttpStatusCode.NotFound, "code-not-found");
            case ["shops", _, "webhooks", _, "secret"] when ifMatch is { } seen && Webhooks.Values.All(w => seen != $"\"{w.Version}\""):
                return Problem(HttpStatusCode.PreconditionFailed, "changed-meanwhile");
            case ["shops", _, "webhooks", ..]:
                return Webhook(method, path.Split('?')[0].Split('/')[3..], body);
            case ["towns", _, "money", "differences"]:
                return Ok(Gaps);
            case ["towns", _, "money"]:
                return Ok(TownMoney);
            case ["shops", _, "money", "account"] when method == HttpMethod.Put:
                return Ok(Account = Account with { State = "unfinished" });
            case ["shops", _, "money", "account"]:
                return Ok(Account);
            case ["shops", _, "money", "account", "link"]:
                return Ok(new PayoutAccountLink("https://connect.example/setup/e/acct_1/abc", DateTimeOffset.UtcNow.AddMinutes(5)));
            case ["shops", _, "money"]:
                return Ok(Money);
            case ["shops", _, "money", "months", _]:
                var (at, many) = query["all"] == "true" ? (1, Math.Max(1, Lines.Count)) : (int.Parse(query["page"]!, CultureInfo.InvariantCulture), int.Parse(query["pageSize"]!, CultureInfo.InvariantCulture));
                return Ok(new ShopStatement(Sums.Month, 0, Lines.Sum(l => l.Cents), Sums, [.. Lines.Skip((at - 1) * many).Take(many)], Lines.Count, at, many));
            case ["shops", _, "figures"]:
                return Ok(Figures);
            case ["shops", _, "figures", "days"]:
                return Ok(Figures.Days.Where(d => d.Orders > 0).ToArray());
            case ["shops", _, "order-mails"]:
                return Mails(method, body);
            case ["shops", _, "point", "left"]:
                return Ok(Left);
            case ["shops", _, "point", "orders", var id, "handover"]:
                return HandOverAtPoint(OrderId.Parse(id, null), JsonSerializer.Deserialize<HandOverParcels>(body, ServiceClient.Json)!);
            case ["shops", var shop, "orders", var id, ..] when Guid.TryParse(id, out var known) && ShopsOf.GetValueOrDefault(new OrderId(known), shop) != shop:
                return Problem(HttpStatusCode.NotFound, "order-not-found");
            case ["shops", _, "orders", var id]:
                return Orders.TryGetValue(OrderId.Parse(id, null), out var order) ? Ok(order) : Problem(HttpStatusCode.NotFound, "order-not-found");
            case ["shops", _, "orders", var id, "refunds", var refund, ..]:
                return Refund(OrderId.Parse(id, null), Guid.Parse(refund), method == HttpMethod.Put ? JsonSerializer.Deserialize<GiveBack>(body, ServiceClient.Json) : null);
            case ["shops", _, "orders", var id, "withdrawals", var withdrawal, var said]:
                return Returned(OrderId.Parse(id, null), Guid.Parse(withdrawal), said);
            case ["shops", _, "orders", var id, "shortages", var proposal]:
                return Ask(OrderId.Parse(id, null), Guid.Parse(proposal), method == HttpMethod.Delete ? null : JsonSerializer.Deserialize<ProposeForShortage>(body, ServiceClient.Json));
            case ["shops", _, "orders", var id, var verb] when method == HttpMethod.Post:
                return Act(OrderId.Parse(id, null), verb, body);
            default:
                return new HttpResponseMessage(HttpStatusCode.NotFound);
        }
    }

    private HttpResponseMessage Webhook(HttpMethod method, string[] rest, string body)
    {
        var wanted = method == HttpMethod.Put || (method == HttpMethod.Post && rest.Length == 0) ? JsonSerializer.Deserialize<WebhookDefinition>(body, ServiceClient.Json)! : null;
        if (wanted is not null && !wanted.Url.StartsWith("https://", StringComparison.Ordinal))
        {
            return Problem(HttpStatusCode.UnprocessableEntity, "webhook-url-invalid", "url", "L’adresse commence par https://.");
        }
        if (rest.Length == 0)
        {
            if (wanted is null)
            {
                return Ok(Webhooks.Values.OrderBy(w => w.CreatedAt).ToArray());
            }
            var added = new Webhook(Guid.NewGuid(), wanted.Url, wanted.Name, wanted.Types, "active", null, null, null, DateTimeOffset.UtcNow, 0, 1);
            return Webhooks.Values.Any(w => w.Url == wanted.Url) ? Problem(HttpStatusCode.Conflict, "webhook-known", "url", "Cette adresse est déjà enregistrée.")
                : Ok(new WebhookSecret(Webhooks[added.WebhookId] = added, "whsec_shown-once", null));
        }
        if (!Webhooks.TryGetValue(Guid.Parse(rest[0]), out var known))
        {
            return method == HttpMethod.Delete ? new HttpResponseMessage(HttpStatusCode.NoContent) : Problem(HttpStatusCode.NotFound, "webhook-not-found");
        }
        switch (method.Method, rest)
        {
            case ("PUT", _):
                return Ok(Webhooks[known.WebhookId] = known with { Url = wanted!.Url, Name = wanted.Name, Types = wanted.Types, Status = wanted.Paused ? "paused" : "active", OffReason = null, Version = known.Version + 1 });
            case ("DELETE", _):
                Webhooks.TryRemove(known.WebhookId, out _);
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            case (_, [_, "secret"]):
                return Ok(new WebhookSecret(Webhooks[known.WebhookId] = known with { FormerSecretUntil = DateTimeOffset.UtcNow.AddDays(1), Version = known.Version + 1 }, "whsec_the-next", DateTimeOffset.UtcNow.AddDays(1)));
            case (_, [_, "test"]) when known.Status == "active":
                var test = new WebhookDelivery(Guid.NewGuid(), "msg_" + Deliveries.Count, "test", DateTimeOffset.UtcNow, null, "waiting", 0, null, DateTimeOffset.UtcNow, null, null, null, null);
                return Ok(Deliveries[test.DeliveryId] = test);
            case (_, [_, "deliveries"]):
                return Ok(new WebhookDeliveryPage([.. Deliveries.Values.OrderByDescending(d => d.At)], Deliveries.Count, 1, 20));
            case (_, [_, "deliveries", var id, "redeliver"]) when known.Status == "active" && Deliveries.TryGetValue(Guid.Parse(id), out var sent):
                return Ok(Deliveries[sent.DeliveryId] = sent with { State = "waiting" });
            default:
                return Problem(HttpStatusCode.Conflict, "webhook-not-active", null, "Cette adresse est en pause ou arrêtée.");
        }
    }

    private HttpResponseMessage Mails(HttpMethod method, string body)
    {
        if (method == HttpMethod.Delete)
        {
            OrderMails = new OrderMails(null);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
        if (method == HttpMethod.Put && JsonSerializer.Deserialize<OrderMails>(body, ServiceClient.Json)! is var wanted)
        {
            if (wanted.Email?.Contains('@', StringComparison.Ordinal) != true)
            {
                return Problem(HttpStatusCode.UnprocessableEntity, "email-invalid");
            }
            OrderMails = wanted;
        }
        return Ok(OrderMails);
    }

    private HttpResponseMessage List(string shop, FindOrders wanted)
    {
        var statuses = wanted.Status?.Split(',');
        var found = Orders.Values.Where(o => ShopsOf.GetValueOrDefault(o.OrderId, shop) == shop && (statuses?.Contains(o.Status) != false || (o.ToBringBack && statuses.Contains("to-bring-back")) || (o.Withdrawals?.Any(w => w.State is "awaited" or "withheld" or "owed") == true && statuses.Contains("withdrawn-from"))) && (wanted.Q is null || (o.Customer + o.Reference).Contains(wanted.Q, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(o => o.Pickup?.Start).ThenBy(o => o.Reference, StringComparer.Ordinal).ToList();
        return Ok(new ShopOrderPage([.. found.Skip((wanted.Page - 1) * wanted.PageSize).Take(wanted.PageSize)], found.Count, wanted.Page, wanted.PageSize));
    }

    private HttpResponseMessage Act(OrderId id, string verb, string body)
    {
        if (!Orders.TryGetValue(id, out var order))
        {
            return Problem(HttpStatusCode.NotFound, "order-not-found");
        }
        if (verb == "handover" && order.Status != "ready")
        {
            return Problem(HttpStatusCode.Conflict, order.Status == "collected" ? "already-collected" : "not-ready");
        }
        if (verb == "handover" && body.Contains("ZZZZZZ", StringComparison.Ordinal))
        {
            return Problem(HttpStatusCode.UnprocessableEntity, "wrong-code");
        }
        if (verb == "handover" && JsonSerializer.Deserialize<HandOver>(body, ServiceClient.Json)!.Payment is { } seen && seen != order.Payment)
        {
            return Problem(HttpStatusCode.Conflict, "payment-changed");
        }
        if (verb == "undo")
        {
            return JsonSerializer.Deserialize<TakeBack>(body, ServiceClient.Json)!.Version == order.Step?.Version && _before.TryRemove(id, out var before)
                ? Ok(Orders[id] = before with { Version = order.Version + 1 }) : Problem(HttpStatusCode.Conflict, "too-late-to-take-back");
        }
        _before[id] = order;
        order = order with { Version = order.Version + 1, Step = null };
        if (verb == "deposit")
        {
            return Ok(Orders[id] = order with { DepositedAt = DateTimeOffset.UtcNow, SoughtSince = null, Step = Step("deposited") });
        }
        if (verb == "brought-back")
        {
            return order.ToBringBack ? Ok(Orders[id] = order with { ToBringBack = false }) : Problem(HttpStatusCode.Conflict, "nothing-left");
        }
        if (verb == "preparation")
        {
            return Ok(Orders[id] = order with { Status = "accepted", PreparingSince = DateTimeOffset.UtcNow, Step = Step("preparing") });
        }
        var status = verb switch { "accept" => "accepted", "ready" => "ready", "handover" => "collected", _ => body.Contains("\"lines\":", StringComparison.Ordinal) ? order.Status : "declined" };
        return Ok(Orders[id] = order with { Status = status, ChangedAt = DateTimeOffset.UtcNow, Step = verb is "accept" or "ready" ? Step(status) : null });

        ShopOrderCard.LastStep Step(string name) => new(name, order.Version, DateTimeOffset.UtcNow.AddSeconds(10));
    }

    private HttpResponseMessage Refund(OrderId id, Guid refund, GiveBack? back)
    {
        if (!Orders.TryGetValue(id, out var order))
        {
            return Problem(HttpStatusCode.NotFound, "order-not-found");
        }
        var known = order.Refunds ?? [];
        if (back is null)
        {
            return known.FirstOrDefault(r => r.RefundId == refund) is { State: "failed" } failed
                ? Ok(Orders[id] = order with { Refunds = [.. known.Where(r => r != failed), failed with { State = "under-way" }] }) : Problem(HttpStatusCode.Conflict, "refund-not-failed");
        }
        if (known.Any(r => r.RefundId == refund))
        {
            return Ok(order);
        }
        foreach (var line in back.Lines)
        {
            if (line.Cents > order.Lines.Where(l => l.OfferId == line.OfferId).Sum(l => l.TotalCents) - known.SelectMany(r => r.Lines).Where(l => l.OfferId == line.OfferId).Sum(l => l.Cents))
            {
                return Problem(HttpStatusCode.Conflict, "refund-too-large");
            }
        }
        var counter = order.Refundable == "counter";
        return Ok(Orders[id] = order with
        {
            Version = order.Version + 1,
            Refunds = [.. known, new RefundView(refund, counter ? "settled" : "asked", back.Lines.Sum(l => l.Cents), back.Reason, counter, DateTimeOffset.UtcNow, null, [.. back.Lines.Select(l => new RefundView.Share(l.OfferId, l.Cents, 0))])],
        });
    }

    private HttpResponseMessage Returned(OrderId id, Guid withdrawal, string said)
    {
        if (!Orders.TryGetValue(id, out var order) || order.Withdrawals?.FirstOrDefault(w => w.WithdrawalId == withdrawal) is not { } known)
        {
            return Problem(HttpStatusCode.NotFound, "withdrawal-not-found");
        }
        if (said == "withheld" && known.State == "refunded")
        {
            return Problem(HttpStatusCode.Conflict, "withdrawal-settled");
        }
        return Ok(Orders[id] = order with
        {
            Version = order.Version + 1,
            Withdrawals = [.. order.Withdrawals!.Select(w => w == known ? w with { State = said == "withheld" ? "withheld" : "refunded" } : w)],
            Refunds = said == "withheld" ? order.Refunds : [.. order.Refunds ?? [], new RefundView(withdrawal, "asked", known.Cents, "withdrawal", order.Refundable == "counter", DateTimeOffset.UtcNow, null, [.. known.Lines.Select(l => new RefundView.Share(l.OfferId, l.Cents, 0))])],
        });
    }

    private HttpResponseMessage Ask(OrderId id, Guid proposal, ProposeForShortage? asked)
    {
        if (!Orders.TryGetValue(id, out var order))
        {
            return Problem(HttpStatusCode.NotFound, "order-not-found");
        }
        if (asked is null)
        {
            return order.Lines.Any(l => l.Shortage is { State: "open" } open && open.ProposalId == proposal)
                ? Ok(Orders[id] = order with { Lines = [.. order.Lines.Select(l => l with { Shortage = null })] }) : Problem(HttpStatusCode.NotFound, "proposal-not-found");
        }
        var other = Offers.Values.FirstOrDefault(o => o.OfferId == asked.Substitute?.OfferId);
        return Ok(Orders[id] = order with
        {
            Status = "accepted",
            Lines = [.. order.Lines.Select(l => l.OfferId != asked.OfferId ? l : l with
            {
                Shortage = new LineShortage(proposal, "open", l.Quantity, asked.Found, asked.Found * l.PriceCents, (l.Quantity - asked.Found) * l.PriceCents, asked.AnswerBy ?? DateTimeOffset.UtcNow.AddHours(2),
                    other is null ? null : new LineShortage.Offered(other.OfferId, other.Sku, other.Ean13, other.Title, other.Unit, asked.Substitute!.Quantity, other.PriceCents, other.VatRate, asked.Substitute.Quantity * other.PriceCents, false, false)),
            })],
        });
    }

    private HttpResponseMessage HandOverAtPoint(OrderId id, HandOverParcels given)
    {
        if (Point.SingleOrDefault(p => p.Value.OrderId == id) is not { Key: { } code, Value: { } order })
        {
            return Problem(HttpStatusCode.NotFound, "order-not-found");
        }
        if (order.Parcels.Any(p => Given(p) is { } seen && (seen.Version != p.Version || p is not { Status: "ready", DepositedAt: not null })))
        {
            return Problem(HttpStatusCode.Conflict, "parcels-changed");
        }
        return Ok(Point[code] = order with { Parcels = [.. order.Parcels.Select(p => Given(p) is null ? p : p with { Status = "collected", ChangedAt = DateTimeOffset.UtcNow, Version = p.Version + 1 })] });

        HandOverParcels.Seen? Given(PointParcel parcel) => given.Parcels.SingleOrDefault(p => p.ShopId == parcel.ShopId);
    }

    private HttpResponseMessage Catalog(HttpMethod method, string path, string body, bool onlyNew, string ifMatch)
    {
        switch (path.Split('?')[0].Split('/'))
        {
            case ["categories"]:
                return Ok(ProSamples.Categories);
            case ["selling-rules"]:
                return Ok(ProSamples.Rules);
            case ["shops", _, "products", var ean]:
                return Known.TryGetValue(ean, out var known) ? Ok(known) : Problem(HttpStatusCode.NotFound, "product-not-found");
            case ["shops", _, "offers", var one, "status"]:
                return !Offers.TryGetValue(Uri.UnescapeDataString(one), out var moved) ? Problem(HttpStatusCode.NotFound, "offer-not-found")
                    : Ok(Offers[moved.Sku] = moved with { Status = JsonSerializer.Deserialize<OfferStatus>(body, ServiceClient.Json)!.Status });
            case ["shops", _, "offers", var one, "photo"] when !Offers.ContainsKey(Uri.UnescapeDataString(one)):
                return Problem(HttpStatusCode.NotFound, "offer-not-found");
            case ["shops", _, "offers", _, "photo"] when path.EndsWith("?again=gone", StringComparison.Ordinal):
                return Problem(HttpStatusCode.NotFound, "photo-not-found");
            case ["shops", _, "offers", var one, "photo"]:
                var pictured = Offers[Uri.UnescapeDataString(one)];
                return body.StartsWith('<') ? Problem(HttpStatusCode.UnprocessableEntity, "photo-unreadable")
                    : Ok(Offers[pictured.Sku] = pictured with { ImageUrl = method == HttpMethod.Put ? ProductPhoto.Address(new string('a', 64)) : "/dessins/pain.svg" });
            case ["shops", _, "offers", var one] when method == HttpMethod.Put:
                return PutOffer(JsonSerializer.Deserialize<OfferDefinition>(body, ServiceClient.Json)!, onlyNew, ifMatch);
            case ["shops", _, "offers", var one]:
                return Offers.TryGetValue(Uri.UnescapeDataString(one), out var sheet) ? Ok(new OfferSheet(Written.GetValueOrDefault(sheet.Sku) ?? ProSamples.Definition(sheet), sheet, LowestPriceCents, ReducedFromCents, VersionOf(sheet.Sku))) : Problem(HttpStatusCode.NotFound, "offer-not-found");
            case ["shops", _, "variants"]:
                return Ok(new UsedVariants([.. Offers.Values.Select(o => o.Variant?.Size).OfType<string>().Distinct()], [.. Offers.Values.Select(o => o.Variant?.Colour).OfType<string>().Distinct()]));
            case ["shops", _, "offers"]:
                var asked = System.Web.HttpUtility.ParseQueryString(path[path.IndexOf('?', StringComparison.Ordinal)..]);
                var text = asked["q"];
                var found = Offers.Values.Where(o => asked["status"] is null || o.Status == asked["status"]).Where(o => asked["group"] is null || o.Variant?.Group == asked["group"]).Where(o => text is null || o.Title.Contains(text, StringComparison.OrdinalIgnoreCase) || o.Sku == text || o.Ean13 == text).OrderBy(o => o.Title).ToList();
                return Ok(new MerchantOfferPage([.. found.Skip(50 * (int.Parse(asked["page"] ?? "1", CultureInfo.InvariantCulture) - 1))], found.Count, 1, 50));
            case ["shops", _, "imports"] when method == HttpMethod.Post:
                var sent = ProSamples.LookedAt(Guid.NewGuid()) with { FileName = System.Web.HttpUtility.ParseQueryString(path[path.IndexOf('?', StringComparison.Ordinal)..])["name"] };
                return body.Length == 0 ? Problem(HttpStatusCode.UnprocessableEntity, "import-empty") : Ok(Imports[sent.Id] = sent);
            case ["shops", _, "imports"]:
                return Ok(new ImportList([.. Imports.Values.OrderBy(i => i.CreatedAt)]));
            case ["shops", _, "imports", var one, ..] when !Imports.ContainsKey(Guid.Parse(one)):
                return Problem(HttpStatusCode.NotFound, "import-not-found");
            case ["shops", _, "imports", var one, "format"]:
                Corrected = JsonSerializer.Deserialize<ImportFormat>(body, ServiceClient.Json)!;
                var read = Imports[Guid.Parse(one)];
                return Ok(Imports[read.Id] = read with { Revision = read.Revision + 1, Preview = read.Preview! with { Format = Corrected } });
            case ["shops", _, "imports", var one, "commit"]:
                return Ok(Imports[Guid.Parse(one)] = Imports[Guid.Parse(one)] with { Status = "queued", Preview = null });
            case ["shops", _, "imports", _, "rejected.csv" or "rejected.xlsx"] or ["shops", _, "export.csv" or "export.xlsx"]:
                return new HttpResponseMessage { Content = new StringContent("un;fichier\n", System.Text.Encoding.UTF8, "text/csv") { Headers = { ContentDisposition = new("attachment") { FileName = "produits.csv" } } } };
            case ["shops", _, "imports", var one] when method == HttpMethod.Delete:
                Imports[Guid.Parse(one)] = Imports[Guid.Parse(one)] with { Status = "dropped" };
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            case ["shops", _, "imports", var one]:
                return Ok(Imports[Guid.Parse(one)]);
            case ["shops", _, "stock"] when method == HttpMethod.Put:
                var line = JsonSerializer.Deserialize<StockLine[]>(body, ServiceClient.Json)![0];
                var (counted, reserved) = (line.OnHand, Offers[line.Sku!].Reserved);
                Offers[line.Sku!] = Offers[line.Sku!] with { OnHand = Math.Max(counted, reserved), Missing = Math.Max(0, reserved - counted) };
                // Taken all the same: what orders wait for and is not there is not for sale.
                return Ok(counted < reserved ? new BatchAnswer(0, [new(0, "below-reserved", null)]) : new BatchAnswer(1, []));
            case ["shops", _, "batches", var made, var moment]:
                var (batch, pieces) = (Batches.GetValueOrDefault((OfferId.Parse(made, null), DateTimeOffset.Parse(Uri.UnescapeDataString(moment), CultureInfo.InvariantCulture))), JsonSerializer.Deserialize<BatchQuantity>(body, ServiceClient.Json)!.Quantity);
                return batch is null ? Problem(HttpStatusCode.NotFound, "batch-not-found") : pieces < batch.Ordered ? Problem(HttpStatusCode.Conflict, "below-ordered")
                    : Ok(Batches[(batch.OfferId, batch.At)] = batch with { Quantity = pieces ?? batch.Planned });
            case ["shops", _, "batches"]:
                return Ok(new ShopBatchList([.. Batches.Values.OrderBy(b => b.At)]));
            case ["shops", _, "stock-limits"] when method == HttpMethod.Put:
                return ifMatch != $"\"{Limits.Version}\"" ? Problem(HttpStatusCode.PreconditionFailed, "changed-meanwhile") : Ok(Limits = JsonSerializer.Deserialize<StockLimits>(body, ServiceClient.Json)! with { Version = Limits.Version + 1 });
            case ["shops", _, "stock-limits"]:
                return Ok(Limits);
            case ["shops", _, "stock", var kept, "safety"]:
                var own = JsonSerializer.Deserialize<OfferSafety>(body, ServiceClient.Json)!.Quantity;
                return !Offers.TryGetValue(kept, out var held2) ? Problem(HttpStatusCode.NotFound, "offer-not-found") : Ok(Offers[kept] = held2 with { Safety = own ?? Limits.Safety, OwnSafety = own is not null });
            case ["shops", _, "stock-feed"] when method == HttpMethod.Put:
                var wanted = JsonSerializer.Deserialize<StockFeedDefinition>(body, ServiceClient.Json)!;
                return ifMatch.Length > 0 && ifMatch != $"\"{Feed?.Version}\"" || onlyNew && Feed is not null ? Problem(HttpStatusCode.PreconditionFailed, "changed-meanwhile")
                    : !wanted.Address.StartsWith("https://", StringComparison.Ordinal) ? Problem(HttpStatusCode.UnprocessableEntity, "stock-feed-address-not-https", null, "L’adresse doit commencer par https://.")
                    : Ok(Feed = new StockFeed(wanted.Address, wanted.Siret, wanted.Auth, wanted.Secret is not null || Feed is { HasSecret: true }, wanted.Reserved, wanted.EveryMinutes, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, null, (Feed?.Version ?? 0) + 1));
            case ["shops", _, "stock-feed"] when method == HttpMethod.Delete:
                var there = Feed is not null;
                Feed = null;
                return new HttpResponseMessage(there ? HttpStatusCode.NoContent : HttpStatusCode.NotFound);
            case ["shops", _, "stock-feed"]:
                return Feed is null ? Problem(HttpStatusCode.NotFound, "stock-feed-not-found") : Ok(Feed);
            case ["shops", _, "stock-feed", "trials"]:
                return Ok(Trial);
            case ["shops", _, "stock-feed", "runs"] when method == HttpMethod.Post:
                return Feed is null ? Problem(HttpStatusCode.NotFound, "stock-feed-not-found") : Ok((FeedRuns = [new(Guid.NewGuid(), "running", true, DateTimeOffset.UtcNow, null, 0, 0, 0, 0, 0, null, null, null, []), .. FeedRuns])[0]);
            case ["shops", _, "stock-feed", "runs"]:
                return Ok(FeedRuns);
            case ["shops", _, "wanted"]:
                return Ok(Wanted);
            case ["shops", _, "stock", var one]:
                return Offers.TryGetValue(one, out var held) ? Ok(new StockAccount(held, Held, Held.Count)) : Problem(HttpStatusCode.NotFound, "offer-unknown");
            case ["shops", _, "stock", var one, "movements"]:
                return Offers.ContainsKey(one) ? Ok(new StockMovementPage(path.Contains("page=1&", StringComparison.Ordinal) ? Moved : [], Moved.Count, 1, 30)) : Problem(HttpStatusCode.NotFound, "offer-unknown");
            case ["shops", _, "stock", var sku, "adjustments"]:
                var delta = JsonSerializer.Deserialize<StockAdjustment>(body, ServiceClient.Json)!.Delta;
                return Offers[sku].OnHand + delta < Offers[sku].Reserved ? Problem(HttpStatusCode.Conflict, "below-reserved") : Ok(Offers[sku] = Offers[sku] with { OnHand = Offers[sku].OnHand + delta });
            default:
                return new HttpResponseMessage(HttpStatusCode.NotFound);
        }
    }

    private long VersionOf(string sku) => 1 + Changes.GetValueOrDefault(sku);

    private HttpResponseMessage PutOffer(OfferDefinition offer, bool onlyNew, string ifMatch)
    {
        if (ifMatch.Length > 0 && ifMatch != $"\"{VersionOf(offer.Sku)}\"")
        {
            return Problem(HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        }
        if (onlyNew && Offers.ContainsKey(offer.Sku))
        {
            return Problem(HttpStatusCode.PreconditionFailed, "sku-taken");
        }
        if (offer.Reduced == true && ReducedFromCents is null)
        {
            return Problem(HttpStatusCode.UnprocessableEntity, "not-reduced");
        }
        var variant = offer.Variant is { Group: null, Size: null, Colour: null } ? null : offer.Variant is { } said ? said with { Group = said.Group ?? offer.Sku } : Offers.GetValueOrDefault(offer.Sku)?.Variant;
        if (variant is not null && Offers.Values.FirstOrDefault(o => o.Sku != offer.Sku && o.Status == "active" && o.Variant is { } other && other == variant) is { } taken)
        {
            return Problem(HttpStatusCode.Conflict, "variant-taken", detail: $"Déjà en vente sous la référence « {taken.Sku} ».");
        }
        Written[offer.Sku] = offer with { Variant = variant };
        if (Offers.ContainsKey(offer.Sku))
        {
            Changes.AddOrUpdate(offer.Sku, 1, (_, times) => times + 1);
        }
        return Ok(Offers[offer.Sku] = ProSamples.Offer(offer.Sku, offer.Title, offer.OnHand ?? 0, ean: offer.Ean13) with
        {
            Category = offer.Category,
            Unit = offer.Unit,
            PriceCents = offer.PriceCents,
            Title = string.Join(", ", new[] { offer.Title, variant?.Size, variant?.Colour }.OfType<string>()),
            Variant = variant,
            SecondHand = offer.SecondHand,
            Status = offer.Status ?? "active",
            PriorPriceCents = offer.Reduced == true ? ReducedFromCents : null,
            ReducedUntil = offer.ReducedUntil,
        });
    }

    private static HttpResponseMessage Ok<T>(T value) => new(HttpStatusCode.OK) { Content = JsonContent.Create(value, options: ServiceClient.Json) };

    private static HttpResponseMessage Problem(HttpStatusCode status, string code, string? field = null, string? detail = null) => new(status)
    {
        Content = JsonContent.Create(new { type = "https://panier-local.example/problems/" + code, title = code, status = (int)status, field, detail = detail ?? "Refusé : " + code }, new System.Net.Http.Headers.MediaTypeHeaderValue("application/problem+json")),
    };
}
