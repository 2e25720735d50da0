using Marketplace.Testing.OfEveryService;

namespace Marketplace.Catalog.Tests;

/// <summary>Catalog, of the three services.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Bad_input(CatalogHost catalog) : Bad_input_in_production
{
    private string _shop = "";

    protected override string AddressWithAWrongValue => $"/api/v1/towns/{CatalogHost.Town}/offers?page=deux";

    protected override async Task<ServiceInProduction> StartAsync()
    {
        _shop = (await catalog.ShopAsync()).Slug;
        return await ServiceInProduction.StartAsync(catalog.Start());
    }

    protected override string ValueOf(string parameter) => parameter switch
    {
        "shop" => _shop,
        "town" => CatalogHost.Town,
        "sku" => "A1",
        "ean13" => "3017620422003",
        "offerId" or "id" => Guid.Empty.ToString(),
        _ => throw new ArgumentOutOfRangeException(parameter),
    };

    protected override Task<long> RowsAsync() => catalog.ScalarAsync<long>("select (select count(*) from offers) + (select count(*) from stock_movements) + (select count(*) from imports) + (select count(*) from categories)");
}
