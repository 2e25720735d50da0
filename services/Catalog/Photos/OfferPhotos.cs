using Marketplace.Catalog.Display;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Photos;

/// <summary>Which picture an offer shows. What an offer lets go is looked at some days later, and goes when no other shows it.</summary>
internal sealed class OfferPhotos(NpgsqlDataSource database, OfferDisplay display, ChangeHints hints, TimeProvider clock) : IDueWorkHandler
{
    private const string WorkKind = "photo-unused";
    internal static readonly TimeSpan KeptUnused = TimeSpan.FromDays(7);

    public string Kind => WorkKind;

    private sealed record Shown(Guid Id, string? Photo, string? Before);

    /// <summary>False when there is no such offer. The picture it shows already changes nothing.</summary>
    internal Task<bool> SetAsync(ShopEntry shop, string sku, Photo photo, CancellationToken token) => ChangeAsync(shop, sku, (_, _, _) => Task.FromResult<string?>(photo.Id), photo, token);

    internal Task<bool> RemoveAsync(ShopEntry shop, string sku, CancellationToken token) => ChangeAsync(shop, sku, (_, _, _) => Task.FromResult<string?>(null), null, token);

    /// <summary>The same as another offer of the shop; false when there is none such, too.</summary>
    internal async Task<bool> ShareAsync(ShopEntry shop, string sku, string of, CancellationToken token)
    {
        var known = true;
        return await ChangeAsync(shop, sku, async (session, transaction, shown) =>
        {
            await using var command = new NpgsqlCommand("select coalesce(photo, '') from offers where shop_id = $1 and sku = $2", session, transaction) { Parameters = { new() { Value = shop.Id.Value }, new() { Value = of } } };
            var found = (string?)await command.ExecuteScalarAsync(token);
            known = found is not null;
            return known ? found!.Length == 0 ? null : found : shown.Photo;
        }, null, token) && known;
    }

    /// <summary>What it showed before, again; asked twice it is shown. False when there is no such offer.</summary>
    internal async Task<bool> TakeBackAsync(ShopEntry shop, string sku, string photo, CancellationToken token)
    {
        try
        {
            return await ChangeAsync(shop, sku, (_, _, shown) => photo == shown.Photo || photo == shown.Before ? Task.FromResult<string?>(photo) : throw PhotoFaults.Gone(), null, token);
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw PhotoFaults.Gone();
        }
    }

    /// <summary>The picture in that width; where it is smaller, in its own.</summary>
    internal async Task<byte[]?> ReadAsync(string id, int width, CancellationToken token)
    {
        await using var command = database.CreateCommand("select webp from photo_sizes where photo_id = $1 and width <= $2 order by width desc limit 1");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = width });
        return (byte[]?)await command.ExecuteScalarAsync(token);
    }

    private async Task<bool> ChangeAsync(ShopEntry shop, string sku, Func<NpgsqlConnection, NpgsqlTransaction, Shown, Task<string?>> choose, Photo? made, CancellationToken token)
    {
        var (found, changed) = await WriteAsync(shop, sku, choose, made, token);
        if (changed)
        {
            // With the session given back: see OfferUpsert.
            display.Apply(await OfferRow.ReadAsync(database, [found!.Value], token));
            hints.Note([new OfferId(found.Value)]);
            hints.Note([shop.Id]);
        }

        return found is not null;
    }

    private async Task<(Guid? Offer, bool Changed)> WriteAsync(ShopEntry shop, string sku, Func<NpgsqlConnection, NpgsqlTransaction, Shown, Task<string?>> choose, Photo? made, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        if (await FindAsync(session, transaction, shop, sku, token) is not { } offer)
        {
            return (null, false);
        }

        var photo = await choose(session, transaction, offer);
        if (photo == offer.Photo)
        {
            return (offer.Id, false);
        }

        // Both in the order of their names: two offers whose photos change places at once would else wait for each other.
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("select from photos where photo_id = any($1) order by photo_id for no key update")
                {
                    Parameters = { new() { Value = new[] { photo, offer.Photo }.OfType<string>().ToArray() } },
                },
            },
        };
        if (made is not null)
        {
            Keep(batch, made, now);
        }

        batch.BatchCommands.Add(new("update offers set photo = $2, photo_before = photo, version = version + 1, updated_at = $3 where offer_id = $1")
        {
            Parameters = { new() { Value = offer.Id }, new() { Value = (object?)photo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = now } },
        });
        if (offer.Photo is { } before)
        {
            batch.BatchCommands.Add(new("update photos set touched_at = $2 where photo_id = $1") { Parameters = { new() { Value = before }, new() { Value = now } } });
            batch.ScheduleWork(WorkKind, before, now + KeptUnused);
        }

        batch.NoteOffers([offer.Id]);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return (offer.Id, true);
    }

    private static async Task<Shown?> FindAsync(NpgsqlConnection session, NpgsqlTransaction transaction, ShopEntry shop, string sku, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select offer_id, photo, photo_before from offers where shop_id = $1 and sku = $2 for update", session, transaction)
        {
            Parameters = { new() { Value = shop.Id.Value }, new() { Value = sku } },
        };
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new Shown(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)) : null;
    }

    // Touched when it is there already: who is about to remove it looks again.
    private static void Keep(NpgsqlBatch batch, Photo photo, DateTimeOffset now)
    {
        batch.BatchCommands.Add(new("insert into photos (photo_id, touched_at) values ($1, $2) on conflict (photo_id) do update set touched_at = excluded.touched_at")
        {
            Parameters = { new() { Value = photo.Id }, new() { Value = now } },
        });
        batch.BatchCommands.Add(new("insert into photo_sizes (photo_id, width, webp) select $1, * from unnest($2::int[], $3::bytea[]) on conflict do nothing")
        {
            Parameters = { new() { Value = photo.Id }, new() { Value = photo.Sizes.Select(s => s.Width).ToArray() }, new() { Value = photo.Sizes.Select(s => s.WebP).ToArray() } },
        });
    }

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            with gone as (
                delete from photos p where p.photo_id = $1 and p.touched_at <= $2 and not exists (select 1 from offers o where o.photo = p.photo_id) returning 1
            )
            select touched_at from photos p where p.photo_id = $1 and p.touched_at > $2 and not exists (select 1 from offers o where o.photo = p.photo_id)
            """);
        command.Parameters.Add(new() { Value = work.Key });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - KeptUnused });
        try
        {
            return await command.ExecuteScalarAsync(token) is DateTime touched ? touched + KeptUnused : null;
        }
        catch (PostgresException wanted) when (wanted.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return null; // an offer took it at this moment; letting it go again sets this timer again
        }
    }
}
