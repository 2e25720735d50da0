using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Testing.OfEveryService;

/// <summary>The copy of shops and keys that a service keeps: what Merchants says may come late, twice and in any order.</summary>
public abstract class Copying_the_directory
{
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(5);

    protected abstract IServiceProvider Services { get; }

    /// <summary>Says it on the bus, as Merchants would.</summary>
    protected abstract Task SayAsync<T>(T message) where T : class;

    protected abstract HttpClient With(string key);

    /// <summary>A door of the shop that only its people and its keys of <see cref="Scope"/> get past.</summary>
    protected abstract string DoorOf(string shop);

    protected abstract string Scope { get; }

    private ShopDirectory Directory => Services.GetRequiredService<ShopDirectory>();

    [Fact]
    public async Task A_key_opens_with_its_scope_and_stops_within_seconds_of_being_revoked()
    {
        var shop = await ShopAsync();
        var (key, issued) = KeyOf(shop, Scope);
        (await KnockAsync(key, shop)).ShouldBe(HttpStatusCode.Unauthorized, "nobody has heard of it");

        await SayAsync(issued);
        await Eventually.BecomesAsync(async () => await KnockAsync(key, shop) == HttpStatusCode.OK, Seconds);

        await SayAsync(new ApiKeyRevoked(issued.KeyId, shop.ShopId));
        await Eventually.BecomesAsync(async () => await KnockAsync(key, shop) == HttpStatusCode.Unauthorized, Seconds);

        await HeardAsync(issued); // delivered again, late
        (await KnockAsync(key, shop)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_whose_revocation_overtakes_its_issue_never_opens()
    {
        var shop = await ShopAsync();
        var (key, issued) = KeyOf(shop, Scope);
        await HeardAsync(new ApiKeyRevoked(issued.KeyId, shop.ShopId));
        await HeardAsync(issued);
        (await KnockAsync(key, shop)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Revoking_one_key_leaves_the_shops_other_ones()
    {
        var shop = await ShopAsync();
        var (kept, keptIssued) = KeyOf(shop, Scope);
        var (lost, lostIssued) = KeyOf(shop, Scope);
        await HeardAsync(keptIssued);
        await HeardAsync(lostIssued);
        await HeardAsync(new ApiKeyRevoked(lostIssued.KeyId, shop.ShopId));
        (await KnockAsync(lost, shop)).ShouldBe(HttpStatusCode.Unauthorized);
        (await KnockAsync(kept, shop)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_older_state_of_a_shop_that_arrives_after_a_newer_one_is_dropped()
    {
        var shop = await ShopAsync();
        await HeardAsync(shop with { Version = 3, Name = "Nouveau nom", Status = "suspended" });
        await HeardAsync(shop with { Version = 2, Name = "Nom ancien", Status = "published" });
        await HeardAsync(shop with { Version = 3, Name = "La même version", Status = "published" });
        Directory.Find(shop.ShopId)!.ShouldSatisfyAllConditions(
            s => s.Details!.Version.ShouldBe(3), s => s.Name.ShouldBe("Nouveau nom"), s => s.IsPublished.ShouldBeFalse("a suspended shop does not sell again"));
        Directory.Find(shop.Slug)!.Id.ShouldBe(shop.ShopId);

        await HeardAsync(shop with { Version = 4, Name = "Rouvert" });
        Directory.Find(shop.ShopId)!.Name.ShouldBe("Rouvert");
    }

    [Fact]
    public async Task An_older_outlook_of_pickups_is_dropped_too()
    {
        var shop = await ShopAsync();
        var start = new DateTimeOffset(2026, 12, 1, 10, 0, 0, TimeSpan.Zero);
        await HeardAsync(new PickupOutlookChanged(shop.ShopId, 2, [new(start.AddDays(1), start.AddDays(1).AddHours(1), start)]));
        await HeardAsync(new PickupOutlookChanged(shop.ShopId, 1, [new(start, start.AddHours(1), start.AddHours(-1))]));
        Directory.Outlook(shop.ShopId).Single().Start.ShouldBe(start.AddDays(1));
    }

    private async Task<ShopChanged> ShopAsync()
    {
        var id = ShopId.New();
        var shop = new ShopChanged(id, 1, "copie-" + id.Value.ToString("N")[^12..], "published", ["oullins"], "Premier nom", "épicerie", "1 rue de la Gare", "69600", "Oullins",
            new Position(45.714, 4.807), null, null, true);
        await HeardAsync(shop);
        Directory.Find(shop.Slug).ShouldNotBeNull();
        return shop;
    }

    private static (string Key, ApiKeyIssued Issued) KeyOf(ShopChanged shop, string scope)
    {
        var key = ApiKeys.Create();
        return (key, new ApiKeyIssued(Guid.NewGuid(), shop.ShopId, ApiKeys.Hash(key), [scope]));
    }

    private async Task<HttpStatusCode> KnockAsync(string key, ShopChanged shop)
    {
        using var client = With(key);
        using var answer = await client.GetAsync(DoorOf(shop.Slug), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Says it and returns when the service has taken it in and looked at its copy again.</summary>
    private async Task HeardAsync<T>(T message) where T : class
    {
        var heard = new Hearing<T>(message);
        using (Services.GetRequiredService<IBusControl>().ConnectReceiveObserver(heard))
        {
            await SayAsync(message);
            await heard.Done.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }

        await Directory.LoadAsync(TestContext.Current.CancellationToken);
    }

    // Somebody else of the service may hear it too.
    private sealed class Hearing<T>(T expected) : IReceiveObserver where T : class
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly string _text = Text(expected);

        public Task Done => _done.Task;

        public Task PostConsume<TMessage>(ConsumeContext<TMessage> context, TimeSpan duration, string consumerType) where TMessage : class
        {
            if (IsMeant(context, consumerType))
            {
                _done.TrySetResult();
            }

            return Task.CompletedTask;
        }

        public Task ConsumeFault<TMessage>(ConsumeContext<TMessage> context, TimeSpan duration, string consumerType, Exception exception) where TMessage : class
        {
            if (IsMeant(context, consumerType))
            {
                _done.TrySetException(exception);
            }

            return Task.CompletedTask;
        }

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;

        private bool IsMeant<TMessage>(ConsumeContext<TMessage> context, string consumerType) where TMessage : class =>
            consumerType.EndsWith(nameof(ShopDirectoryConsumer), StringComparison.Ordinal) && context.Message is T message && Text(message) == _text;

        // Records compare their lists by reference.
        private static string Text(T message) => System.Text.Json.JsonSerializer.Serialize(message);
    }
}
