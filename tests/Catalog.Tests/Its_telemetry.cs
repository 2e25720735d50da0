using Marketplace.Testing.OfEveryService;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Catalog.Tests;

/// <summary>Catalog's traces and metrics.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Its_telemetry(CatalogHost catalog) : Telling_a_collector<Program>
{
    protected override WebApplicationFactory<Program> App => catalog.App;

    protected override string Name => "catalog";
}
