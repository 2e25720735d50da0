using Marketplace.Merchants.Tests.Hosting;
using Marketplace.Testing.OfEveryService;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Merchants.Tests.Api;

/// <summary>Merchants's traces and metrics.</summary>
public sealed class Its_telemetry(MerchantsHost host) : Telling_a_collector<Program>, IClassFixture<MerchantsHost>
{
    protected override WebApplicationFactory<Program> App => host;

    protected override string Name => "merchants";
}
