using Marketplace.Testing.OfEveryService;

namespace Marketplace.Ordering.Tests;

/// <summary>Ordering's OpenAPI document.</summary>
public sealed class Its_document(OrderingHost host) : Describing_itself, IClassFixture<OrderingHost>
{
    protected override IServiceProvider Services => host.App.Services;

    protected override HttpClient Anonymous => host.Anonymous;
}
