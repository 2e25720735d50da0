using Marketplace.Testing.OfEveryService;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>The storefront's traces and metrics.</summary>
public sealed class Its_telemetry(AccountsHost host) : Telling_a_collector<Program>, IClassFixture<AccountsHost>
{
    protected override WebApplicationFactory<Program> App => host.App;

    protected override string Name => "storefront";
}
