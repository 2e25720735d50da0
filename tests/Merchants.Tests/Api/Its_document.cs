using Marketplace.Merchants.Tests.Hosting;
using Marketplace.Testing.OfEveryService;

namespace Marketplace.Merchants.Tests.Api;

/// <summary>Merchants's OpenAPI document.</summary>
public sealed class Its_document(MerchantsHost host) : Describing_itself, IClassFixture<MerchantsHost>
{
    protected override IServiceProvider Services => host.Services;

    protected override HttpClient Anonymous => host.CreateClient();
}
