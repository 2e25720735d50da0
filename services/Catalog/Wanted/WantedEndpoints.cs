using Marketplace.Catalog.Display;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Marketplace.Catalog.Wanted;

/// <summary>
/// What people looked for while it was out of stock. The storefront, whose pages out of the cache are looked at too, tells it together every few seconds: the search
/// waits for nothing, and one statement writes it. What is not out is left out here, where the figure is known.
/// </summary>
internal static class WantedEndpoints
{
    private const int MostAtOnce = 500;
    private const int MostTimes = 10_000;
    private const int MostShown = 10;
    private const int DaysShown = 30;

    internal static void MapWanted(this RouteGroupBuilder api)
    {
        api.MapPost("/wanted", NoteAsync).RequireStorefront().Produces(StatusCodes.Status204NoContent)
            .WithSummary("How often offers were found by a search with words, or opened, while they were out of stock; those that are not out are not counted. Said once: what may have arrived is not sent again.");
        api.MapGet("/shops/{shop}/wanted", ReadAsync).RequireShop("offers:read", ShopRole.ReadOnly).Produces<WantedOffers>()
            .WithSummary("What was looked for of the shop while it was out of stock, in the last thirty days; of whom and with which words is not known. Kept for thirteen months.");
    }

    private static async Task<NoContent> NoteAsync(WantedWhileOut[] seen, OfferDisplay display, NpgsqlDataSource database, TimeProvider clock, CancellationToken token)
    {
        if (seen.Length is 0 or > MostAtOnce)
        {
            throw Refusal.Invalid("batch-size", $"Un envoi porte de 1 à {MostAtOnce} lignes.", $"A batch holds 1 to {MostAtOnce} lines.");
        }

        var now = clock.GetUtcNow();
        // In the order of their keys: two processes of the storefront never wait for each other crosswise.
        var counted = seen.Where(s => s.Times is > 0 and <= MostTimes).GroupBy(s => s.OfferId).Select(g => (Offer: display.Find(g.Key), Times: g.Sum(s => (long)s.Times)))
            .Where(c => c.Offer is { } known && StockFreshness.Available(known.Level, now, known.PieceGrams) == 0).OrderBy(c => c.Offer!.Id.Value).ToList();
        if (counted.Count > 0)
        {
            await using var command = database.CreateCommand(
                """
                insert into wanted_while_out (offer_id, day, shop_id, times) select s.offer, $4, s.shop, s.times from unnest($1::uuid[], $2::uuid[], $3::bigint[]) s(offer, shop, times)
                on conflict (offer_id, day) do update set times = wanted_while_out.times + excluded.times
                """);
            command.Parameters.Add(new() { Value = counted.Select(c => c.Offer!.Id.Value).ToArray() });
            command.Parameters.Add(new() { Value = counted.Select(c => c.Offer!.ShopId.Value).ToArray() });
            command.Parameters.Add(new() { Value = counted.Select(c => c.Times).ToArray() });
            command.Parameters.Add(new() { Value = Day.In(now) });
            await command.ExecuteNonQueryAsync(token);
        }

        return TypedResults.NoContent();
    }

    private static async Task<WantedOffers> ReadAsync(HttpContext context, NpgsqlDataSource database, TimeProvider clock, CancellationToken token)
    {
        var today = Day.In(clock.GetUtcNow());
        var from = today.AddDays(1 - DaysShown);
        await using var command = database.CreateCommand(
            """
            select o.offer_id, o.sku, o.name, sum(w.times)::bigint, sum(sum(w.times)) over ()::bigint
            from wanted_while_out w join offers o on o.offer_id = w.offer_id
            where w.shop_id = $1 and w.day >= $2 group by o.offer_id order by 4 desc, o.name, o.offer_id limit $3
            """);
        command.Parameters.Add(new() { Value = context.GetShop().Id.Value });
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = MostShown });
        var offers = new List<WantedOffer>();
        long times = 0;
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            offers.Add(new WantedOffer(new(reader.GetGuid(0)), reader.GetString(1), reader.GetString(2), reader.GetInt64(3)));
            times = reader.GetInt64(4);
        }

        return new WantedOffers(from, today, times, offers);
    }
}
