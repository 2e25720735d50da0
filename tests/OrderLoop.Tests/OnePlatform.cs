namespace Marketplace.OrderLoop.Tests;

/// <summary>Three services for all tests that open shops of their own in them.</summary>
public sealed class OnePlatform(Servers servers) : IAsyncLifetime
{
    internal const string Name = "three services";

    internal ThreeServices Services { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Services = await ThreeServices.StartAsync(servers);

    public ValueTask DisposeAsync() => Services.DisposeAsync();
}

[CollectionDefinition(OnePlatform.Name)]
public sealed class OnePlatformCollection : ICollectionFixture<OnePlatform>;
