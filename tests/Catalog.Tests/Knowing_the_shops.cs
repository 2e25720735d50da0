using Marketplace.Testing.OfEveryService;

namespace Marketplace.Catalog.Tests;

/// <summary>Catalog's copy.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Knowing_the_shops(CatalogHost catalog) : Copying_the_directory
{
    protected override IServiceProvider Services => catalog.Services;

    protected override string Scope => "offers:read";

    protected override Task SayAsync<T>(T message) => catalog.SayAsync(message);

    protected override HttpClient With(string key) => catalog.With(key);

    protected override string DoorOf(string shop) => $"/api/v1/shops/{shop}/offers";
}
