using Marketplace.Catalog.Offers;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Batches;

/// <summary>Puts the plans that offers are given in place; of offers that say nothing of it nothing changes, and nothing is asked.</summary>
internal static class BatchPlans
{
    /// <summary>Their rows are ours already.</summary>
    /// <returns>What changed by it.</returns>
    internal static async Task<IReadOnlyList<Guid>> ApplyAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, DateTimeOffset now, CancellationToken token)
    {
        var changed = new List<Guid>();
        foreach (var offer in offers.Where(o => o.Batches is not null).OrderBy(o => o.Sku, StringComparer.Ordinal))
        {
            await using var write = new NpgsqlCommand(
                """
                update offers set batches = $3, version = version + 1, updated_at = $4
                where shop_id = $1 and sku = $2 and batches is distinct from $3 and (unit = 'piece' or $3::jsonb is null) returning offer_id
                """, session, transaction)
            {
                Parameters =
                {
                    new() { Value = shop }, new() { Value = offer.Sku },
                    new() { Value = offer.Batches == BatchRules.None ? DBNull.Value : offer.Batches!, NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = now },
                },
            };
            if (await write.ExecuteScalarAsync(token) is Guid id)
            {
                changed.Add(id);
            }
        }

        return changed;
    }
}
