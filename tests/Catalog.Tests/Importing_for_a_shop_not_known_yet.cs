using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Catalog.Importing;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog.Tests;

/// <summary>A new shop's first file, taken by one process and read by another that has not heard of the shop.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Importing_for_a_shop_not_known_yet(CatalogHost catalog)
{
    [Fact]
    public async Task Waits_until_it_is()
    {
        var told = new ShopChanged(ShopId.New(), 1, "toute-neuve", "published", [CatalogHost.Town], "Toute neuve", "épicerie", "1 rue de la Gare", "69600", "Oullins", new Position(45.714, 4.807), null, null, true);
        var file = Encoding.UTF8.GetBytes("sku;title;category;sale_unit;price_cents;stock\nA1;Lampe;maison;piece;1000;5\n");
        var id = await catalog.Services.GetRequiredService<ImportTables>().ReceiveAsync(ShopEntry.From(told), new MemoryStream(file), "neuve.csv", look: false, TestContext.Current.CancellationToken);
        await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<bool>("select exists (select from due_work where kind = 'import' and key = $1 and last_error is not null)", id!.Value.ToString()), "it was looked at");

        var shop = await catalog.TellAsync(told);
        Import? import = null;
        await CatalogHost.EventuallyAsync(async () => (import = await catalog.Operator.GetFromJsonAsync<Import>($"/api/v1/shops/{shop.Slug}/imports/{id}", JsonSerializerOptions.Web)) is { Status: not ("queued" or "running") }, "it is read");
        (import!.Status, import.Accepted, import.Error).ShouldBe(("done", 1, null));
    }
}
