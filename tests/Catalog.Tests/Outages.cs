using Marketplace.Testing.OfEveryService;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Catalog.Tests;

/// <summary>Catalog without its database.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Outages(CatalogHost catalog, Servers servers) : Losing_the_database<Program>(servers)
{
    protected override WebApplicationFactory<Program> App => catalog.App;
}
