using System.Reflection;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Payments;
using Marketplace.StripeSimulator.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Ordering.Tests;

/// <summary>The service where residents can pay by card: at a simulator of its own.</summary>
public sealed class PayingHost(Servers servers) : OrderingHost(servers), IAsyncLifetime
{
    internal Simulator Stripe { get; private set; } = null!;

    /// <summary>Where its calls to the gateway pass, and one of them may be the last thing that a process does.</summary>
    internal Deaths Deaths { get; } = new();

    protected override (string Key, string Value)[] Settings =>
        [("Stripe:SecretKey", "sk_test_of_the_tests"), ("Stripe:WebhookSecret", Simulator.Secret), ("Stripe:ConnectWebhookSecret", Simulator.SecretOfAccounts), ("Stripe:Address", Stripe.Address.ToString())];

    /// <summary>Shops that are asked about on the other side before they are sold for by card; all others are taken to have an account there, or to be about to.</summary>
    internal HashSet<Contracts.ShopId> AskedAbout { get; } = [];

    // Nothing is compared by itself: which call to the gateway is the n-th is for tests to say.
    protected override void Change(IServiceCollection services) => services.AddSingleton(Without<Reconciliation.DailyComparison>(services))
        .AddSingleton(s => DyingGateway.Over(new StripeGateway(s.GetRequiredService<StripeSettings>(), TimeProvider.System, s.GetRequiredService<ILogger<StripeGateway>>()), Deaths))
        .AddSingleton(s => new Purchases.ReceivingShops((shop, token) => AskedAbout.Contains(shop)
            ? s.GetRequiredService<IPaymentGateway>().FindAccountsAsync(shop, token)
            : Task.FromResult(PaymentAnswer<IReadOnlyList<MerchantAccount>>.Of([new MerchantAccount("acct_later", shop, true, true, true, [], [], null, null)])), Clock));

    private static Func<IServiceProvider, T> Without<T>(IServiceCollection services) where T : class
    {
        services.Remove(services.Single(s => s.ServiceType == typeof(EventStore.Postgres.IDueWorkHandler) && s.ImplementationType == typeof(T)));
        return s => ActivatorUtilities.CreateInstance<T>(s);
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Stripe = await Simulator.StartAsync();
        await InitializeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Stripe.DisposeAsync();
    }

    internal async Task<OrderView> BuyAsync(params (ServiceDefaults.Shops.ShopEntry Shop, Contracts.OfferId Offer, long Quantity)[] lines)
    {
        var order = await PlaceAsync(Anonymous, Basket(lines) with { Payment = "card", Terms = "0123456789ab" });
        order.Status.ShouldBe("paying");
        return order;
    }

    /// <summary>Bought of these shops, each of which has an account, handed over, taken and passed on.</summary>
    internal async Task<OrderView> SoldAsync(params (ServiceDefaults.Shops.ShopEntry Shop, long Quantity)[] parts)
    {
        var order = await BuyAsync([.. parts.Select(p => (p.Shop, Contracts.OfferId.New(), p.Quantity))]);
        await Stripe.PayAsync(order.PaymentUrl!);
        order = await LookAsync(order);
        foreach (var (shop, _) in parts)
        {
            await ActAsync(Member(shop), shop, order.OrderId, "ready");
            await ActAsync(Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        }

        await PassesAsync(async () => await CountAsync(order, "order-payment-transferred.v1") == parts.Length);
        return order;
    }

    /// <summary>While time goes on.</summary>
    internal Task PassesAsync(Func<Task<bool>> like) => Eventually.BecomesAsync(async () =>
    {
        Clock.Pass(TimeSpan.FromSeconds(2));
        return await like();
    }, TimeSpan.FromSeconds(40));

    /// <summary>An account to which the shop's part can be passed on.</summary>
    internal async Task<string> AccountAsync(ServiceDefaults.Shops.ShopEntry shop)
    {
        var account = (await App.Services.GetRequiredService<IPaymentGateway>().OpenAccountAsync(new MerchantAccountRequest(shop.Id, shop.Name, "boutique@example.org"), Guid.NewGuid().ToString(), default)).Value!;
        await Stripe.ControlAsync($"/accounts/{account.Id}", new { complete = true });
        return account.Id;
    }

    /// <summary>How many events of these types its stream has.</summary>
    internal Task<long> CountAsync(OrderView order, params string[] types) =>
        ScalarAsync<long>("select count(*) from events where stream = $1 and type = any($2)", Orders.Order.StreamOf(order.OrderId), types);

    /// <summary>What its money is set aside as.</summary>
    internal Task<string> PaymentAsync(OrderView order) =>
        ScalarAsync<string>("select data->>'payment' from events where stream = $1 and type = 'order-payment-authorised.v1'", Orders.Order.StreamOf(order.OrderId));

    /// <summary>Here and on the other side.</summary>
    internal async Task PassAsync(TimeSpan time)
    {
        Clock.Pass(time);
        await Stripe.AdvanceAsync(time);
    }

    /// <param name="later">It is looked for the first time, or some seconds after the last.</param>
    internal async Task<OrderView> LookAsync(OrderView order, bool later = true)
    {
        if (later)
        {
            Clock.Pass(Purchases.PurchaseLooks.Least);
        }

        return await ReadAsync<OrderView>(await Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/payment/look?token={order.AccessToken}", null));
    }

    internal Task BecomesAsync(OrderView order, string status) =>
        Eventually.BecomesAsync(async () => (await GetAsync(order)).Status == status, TimeSpan.FromSeconds(30), status);

    internal Task BecomesAsync(OrderView order, Func<PurchaseView, bool> like) =>
        Eventually.BecomesAsync(async () => like((await GetAsync(order)).Purchase!), TimeSpan.FromSeconds(30));

    /// <summary>The sessions that the other side knows of the order.</summary>
    internal async Task<List<JsonElement>> AtStripeAsync(OrderView order) =>
        [.. (await Stripe.StripeAsync("/v1/checkout/sessions?limit=100")).GetProperty("data").EnumerateArray().Where(s => s.GetProperty("client_reference_id").GetString() == order.OrderId.ToString())];

    /// <summary>Stripe tells of the order, signed.</summary>
    internal Task<HttpResponseMessage> TellAsync(OrderView order, string type = "checkout.session.completed", string? id = null, string secret = Simulator.Secret, bool live = false, DateTimeOffset? at = null) =>
        TellAsync(order.OrderId, type, id, secret, live, at);

    internal async Task<HttpResponseMessage> TellAsync(Contracts.OrderId order, string type = "checkout.session.completed", string? id = null, string secret = Simulator.Secret, bool live = false, DateTimeOffset? at = null)
    {
        var body = JsonSerializer.Serialize(new
        {
            id = id ?? $"evt_{Guid.NewGuid():N}",
            @object = "event",
            type,
            livemode = live,
            created = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            data = new { @object = new { id = "cs_1", client_reference_id = order.ToString(), metadata = new { order = order.ToString() } } },
        });
        return await SendSignedAsync(body, secret, at);
    }

    /// <summary>Stripe tells of a merchant's account, signed as such events are.</summary>
    internal Task<HttpResponseMessage> TellOfAccountAsync(string account, string type = "account.updated", string? id = null, string secret = Simulator.SecretOfAccounts) => SendSignedAsync(JsonSerializer.Serialize(new
    {
        id = id ?? $"evt_{Guid.NewGuid():N}",
        @object = "event",
        type,
        account,
        livemode = false,
        created = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        data = new { @object = new { id = account } },
    }), secret, null);

    private Task<HttpResponseMessage> SendSignedAsync(string body, string secret, DateTimeOffset? at)
    {
        var time = (at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
        return SendAsync(body, $"t={time},v1={Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}")))}");
    }

    internal async Task<HttpResponseMessage> SendAsync(string body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/payments/events") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        }

        return await Anonymous.SendAsync(request);
    }
}

/// <summary>Lets a process die once, at its n-th call to the gateway from now: before it is made, or after the other side has done it and before anybody here knows.</summary>
internal sealed class Deaths
{
    private int _left;
    private bool _after;

    internal bool Died { get; private set; }

    internal void Await(int call, bool after) => (Died, _after, _left) = (false, after, call);

    internal object? Pass(Func<object?> call)
    {
        if (Interlocked.Decrement(ref _left) != 0)
        {
            return call();
        }

        if (_after)
        {
            ((Task)call()!).GetAwaiter().GetResult();
        }

        Died = true;
        throw new IOException("The process dies here.");
    }
}

/// <summary>A gateway whose calls pass by <see cref="Deaths"/>.</summary>
public class DyingGateway : DispatchProxy
{
    private IPaymentGateway _inner = null!;
    private Deaths _deaths = null!;

    internal static IPaymentGateway Over(IPaymentGateway inner, Deaths deaths)
    {
        var proxy = Create<IPaymentGateway, DyingGateway>();
        var dying = (DyingGateway)(object)proxy;
        (dying._inner, dying._deaths) = (inner, deaths);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _deaths.Pass(() => targetMethod!.Invoke(_inner, args));
}
