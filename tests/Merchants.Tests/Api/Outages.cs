using Marketplace.Merchants.Tests.Hosting;
using Marketplace.Testing.OfEveryService;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Merchants.Tests.Api;

/// <summary>Merchants without its database.</summary>
public sealed class Outages(MerchantsHost host, Servers servers) : Losing_the_database<Program>(servers), IClassFixture<MerchantsHost>
{
    protected override WebApplicationFactory<Program> App => host;
}
