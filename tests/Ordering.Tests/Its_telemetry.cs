using Marketplace.Testing.OfEveryService;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Ordering.Tests;

/// <summary>Ordering's traces and metrics.</summary>
public sealed class Its_telemetry(OrderingHost host) : Telling_a_collector<Program>, IClassFixture<OrderingHost>
{
    protected override WebApplicationFactory<Program> App => host.App;

    protected override string Name => "ordering";
}
