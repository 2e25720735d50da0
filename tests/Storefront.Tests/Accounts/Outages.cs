using Marketplace.Testing.OfEveryService;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>The storefront without its database.</summary>
public sealed class Outages(AccountsHost host, Servers servers) : Losing_the_database<Program>(servers), IClassFixture<AccountsHost>
{
    protected override WebApplicationFactory<Program> App => host.App;
}
