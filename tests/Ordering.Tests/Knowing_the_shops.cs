using Marketplace.Testing.OfEveryService;

namespace Marketplace.Ordering.Tests;

/// <summary>Ordering's copy.</summary>
public sealed class Knowing_the_shops(OrderingHost host) : Copying_the_directory, IClassFixture<OrderingHost>
{
    protected override IServiceProvider Services => host.App.Services;

    protected override string Scope => "orders:read";

    protected override Task SayAsync<T>(T message) => host.Others.SayAsync(message);

    protected override HttpClient With(string key) => host.With(key);

    protected override string DoorOf(string shop) => $"/api/v1/shops/{shop}/orders";
}
