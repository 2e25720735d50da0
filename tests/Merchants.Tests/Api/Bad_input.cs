using Marketplace.Merchants.Tests.Hosting;
using Marketplace.Testing.OfEveryService;

namespace Marketplace.Merchants.Tests.Api;

/// <summary>Merchants, of the three services.</summary>
public sealed class Bad_input(MerchantsHost host) : Bad_input_in_production, IClassFixture<MerchantsHost>
{
    private const string Shop = "illisible";

    protected override string AddressWithAWrongValue => $"/api/v1/shops/{Shop}/pickup-slots?days=demain";

    protected override async Task<ServiceInProduction> StartAsync()
    {
        if ((await host.Client().GetAsync($"shops/{Shop}", TestContext.Current.CancellationToken)).StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            await host.OpenShopAsync(Shop);
        }

        return await ServiceInProduction.StartAsync(host);
    }

    protected override string ValueOf(string parameter) => parameter switch
    {
        "shop" => Shop,
        "town" => MerchantsHost.Town,
        "point" => "memo",
        "email" => "lea@example.org",
        "keyId" or "letter" => Guid.Empty.ToString(),
        _ => throw new ArgumentOutOfRangeException(parameter),
    };

    protected override Task<long> RowsAsync() => host.ScalarAsync<long>("select (select version from directory_version) + (select count(*) from shops) + (select count(*) from staff) + (select count(*) from coordinators) + (select count(*) from api_keys)");
}
