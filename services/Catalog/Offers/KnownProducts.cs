using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>What is shared of a product, by its number: a shop that offers it too need not type it again. Only what residents may read; its price and stock are each shop's own.</summary>
internal static class KnownProducts
{
    internal static void MapKnownProducts(this RouteGroupBuilder api) =>
        api.MapGet("/shops/{shop}/products/{ean13}", FindAsync).RequireShop("offers:read", ShopRole.ReadOnly).Produces<KnownProduct>();

    private static async Task<KnownProduct> FindAsync(string ean13, HttpContext context, NpgsqlDataSource database, IShopDirectory shops, CancellationToken token)
    {
        var (ean, reason) = Gtin.Normalise(ean13);
        if (ean is null)
        {
            throw OfferRules.EanFault(reason!, ean13).ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        // What a new copy is: second-hand ones stand in other categories. The latest that somebody sells knows best.
        await using var command = database.CreateCommand(
            """
            select coalesce(p.title, o.title), coalesce(p.brand, o.brand), o.category, o.net_quantity, o.net_unit, o.allergens, o.origin, coalesce(o.alcohol, false),
                   array(select sku from offers where shop_id = $1 and ean13 = $2 and status <> 'archived' order by sku limit 5)
            from (select $2::text as ean13) asked
            left join products p on p.ean13 = asked.ean13
            left join lateral (select * from offers n
                               where (n.product_id = p.product_id or (n.shop_id = $1 and n.ean13 = $2)) and n.status <> 'draft' and not n.second_hand
                                   and (n.shop_id = $1 or n.shop_id = any($3))
                               order by n.status = 'active' desc, n.updated_at desc limit 1) o on true
            where p.product_id is not null or o.offer_id is not null
            """);
        command.Parameters.Add(new() { Value = context.GetShop().Id.Value });
        command.Parameters.Add(new() { Value = ean });
        command.Parameters.Add(new() { Value = shops.All.Where(s => s.IsPublished).Select(s => s.Id.Value).ToArray() });
        await using var r = await command.ExecuteReaderAsync(token);
        return await r.ReadAsync(token)
            ? new KnownProduct(ean, r.GetString(0), Text(r, 1), Text(r, 2), r.IsDBNull(3) ? null : r.GetInt64(3), Text(r, 4), r.IsDBNull(5) ? null : r.GetFieldValue<string[]>(5), Text(r, 6),
                r.GetBoolean(7), r.GetFieldValue<string[]>(8))
            : throw Refusal.NotFound("product", "Ce code n’est encore celui d’aucun produit connu.", "This code is not that of any known product yet.");
    }

    private static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
