using Marketplace.Testing.OfEveryService;

namespace Marketplace.Catalog.Tests;

/// <summary>Catalog's OpenAPI document.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Its_document(CatalogHost catalog) : Describing_itself
{
    protected override IServiceProvider Services => catalog.Services;

    protected override HttpClient Anonymous => catalog.Anonymous;
}
