using Dapper;
using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Storefront.Merchants.Scales;

/// <summary>What a number of the shop's own (prefixes 20–29) on its scale's labels holds.</summary>
public enum ScaleHolds
{
    /// <summary>Grams.</summary>
    Weight,

    /// <summary>Cents.</summary>
    Price,
}

/// <summary>What the shops have said of their scales. Labels are read here and nowhere else, so it stands in the storefront's database.</summary>
internal sealed class ShopScales(NpgsqlDataSource database)
{
    /// <summary>As forms and rows write it; null for anything else.</summary>
    internal static ScaleHolds? Read(string? text) => text switch { "weight" => ScaleHolds.Weight, "price" => ScaleHolds.Price, _ => null };

    internal static string Write(ScaleHolds holds) => holds == ScaleHolds.Weight ? "weight" : "price";

    /// <summary>Null: nobody has said.</summary>
    public async Task<ScaleHolds?> FindAsync(ShopId shop, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return Read(await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition("select holds from shop_scales where shop_id = @shop", new { shop = shop.Value }, cancellationToken: token)));
    }

    public async Task KeepAsync(ShopId shop, ScaleHolds holds, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into shop_scales (shop_id, holds) values (@shop, @holds) on conflict (shop_id) do update set holds = excluded.holds",
            new { shop = shop.Value, holds = Write(holds) }, cancellationToken: token));
    }

    /// <summary>The next label that could hold either is asked about again.</summary>
    public async Task ForgetAsync(ShopId shop, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition("delete from shop_scales where shop_id = @shop", new { shop = shop.Value }, cancellationToken: token));
    }
}
