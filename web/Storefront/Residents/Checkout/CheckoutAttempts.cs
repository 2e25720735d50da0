using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Npgsql;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>
/// Remembers what a basket sends under a key, before it is sent. Pressed twice, sent again by the browser or tried again after an answer that did not
/// come, a form leads to the order of its first press: the very same request goes out again, although the basket and the stock have moved by then.
/// A basket has one open attempt in a town; every other form of it joins that one's key.
/// </summary>
internal sealed class CheckoutAttempts(NpgsqlDataSource database)
{
    /// <summary>The basket's attempts of the last day, the newest first.</summary>
    public async Task<IReadOnlyList<CheckoutAttempt>> OfAsync(byte[] basket, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select a.form_key, a.town, a.order_id, a.access_token, a.person_id, a.sent_at, a.waiting, a.settled, r.form_hash, r.request, r.person_id
            from checkout_attempts a left join checkout_requests r on r.basket_key = a.basket_key and r.form_key = a.form_key
            where a.basket_key = $1 order by a.at desc, a.form_key, r.at
            """);
        command.Parameters.Add(new() { Value = basket });
        var found = new List<CheckoutAttempt>();
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
        {
            if (found.Count == 0 || found[^1].Key != row.GetString(0))
            {
                found.Add(new CheckoutAttempt(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : OrderId.From(row.GetGuid(2)),
                    row.IsDBNull(3) ? null : row.GetString(3), PersonAt(row, 4), row.GetFieldValue<DateTimeOffset>(5), row.GetBoolean(6), row.GetBoolean(7), []));
            }
            if (!row.IsDBNull(8))
            {
                var request = new CheckoutAttempt.Request(row.GetFieldValue<byte[]>(8), JsonSerializer.Deserialize<PlaceOrder>(row.GetString(9), ServiceClient.Json)!, PersonAt(row, 10));
                found[^1] = found[^1] with { Sent = [.. found[^1].Sent, request] };
            }
        }
        return found;
    }

    public async Task<CheckoutAttempt?> FindAsync(byte[] basket, string key, CancellationToken token) => (await OfAsync(basket, token)).FirstOrDefault(a => a.Key == key);

    /// <summary>Keeps the request: under the form's key, or under that of the town's open attempt. What another press placed meanwhile is the answer to this one too.</summary>
    /// <param name="known">The basket's attempts before the basket was looked at.</param>
    public async Task<CheckoutAttempt> KeepAsync(byte[] basket, string town, CheckoutForm form, PlaceOrder request, PersonId? person, IReadOnlyList<CheckoutAttempt> known, CancellationToken token)
    {
        while (true)
        {
            await ExecuteAsync("insert into checkout_attempts (basket_key, form_key, town) values ($1, $2, $3) on conflict do nothing", basket, form.Key, town);
            var attempts = await OfAsync(basket, token);
            if (attempts.FirstOrDefault(a => a.Town == town && a.Order is not null && !known.Any(k => k.Key == a.Key && k.Order is not null)) is { } placed)
            {
                // The goods that this press saw in the basket are that order's.
                await ExecuteAsync(
                    """
                    delete from checkout_attempts a where basket_key = $1 and form_key = $2 and order_id is null
                    and not exists (select from checkout_requests r where r.basket_key = a.basket_key and r.form_key = a.form_key)
                    """,
                    basket, form.Key);
                return placed;
            }
            if ((attempts.FirstOrDefault(a => a.Key == form.Key) ?? attempts.FirstOrDefault(a => a.IsOpenIn(town))) is not { } attempt)
            {
                continue; // the one in the way was decided this moment
            }
            if (attempt.Order is not null)
            {
                return attempt;
            }
            await ExecuteAsync(
                """
                with open as (select from checkout_attempts where basket_key = $1 and form_key = $2 and order_id is null for update)
                insert into checkout_requests (basket_key, form_key, form_hash, request, person_id) select $1, $2, $3, $4, $5 from open on conflict do nothing
                """,
                basket, attempt.Key, CheckoutAttempt.HashOf(form), JsonSerializer.Serialize(request, ServiceClient.Json), OrNull(person?.Value));
            if (await FindAsync(basket, attempt.Key, token) is { } kept && (kept.Order is not null || kept.Of(form) is not null))
            {
                return kept;
            }
        }
    }

    /// <summary>A press is about to go out, the first or a repeat: from now on somebody waits, for as long as nothing is answered.</summary>
    /// <returns>The request as it goes out: what nobody known sent first is from now on who presses it again, as its order is in Ordering.</returns>
    public async Task<CheckoutAttempt.Request> SendingAsync(byte[] basket, string key, CheckoutAttempt.Request request, PersonId? person)
    {
        await ExecuteAsync("update checkout_attempts set waiting = true, sent_at = now() where basket_key = $1 and form_key = $2 and order_id is null", basket, key);
        if (person is null)
        {
            return request;
        }
        if (request.Person is null)
        {
            await ExecuteAsync("update checkout_requests set person_id = $4 where basket_key = $1 and form_key = $2 and form_hash = $3 and person_id is null", basket, key, request.FormHash, person.Value.Value);
        }
        return request with { Person = person };
    }

    /// <summary>The order is known: from now on it is the answer, and who ordered is known to Ordering alone.</summary>
    /// <param name="sent">The request that it came of.</param>
    public async Task PlacedAsync(byte[] basket, string key, CheckoutAttempt.Request sent, OrderView order)
    {
        await ExecuteAsync(
            """
            update checkout_attempts set order_id = $3, access_token = $4, person_id = $5, waiting = false,
                ordered_at = (select r.at from checkout_requests r where r.basket_key = $1 and r.form_key = $2 and r.form_hash = $6)
            where basket_key = $1 and form_key = $2 and order_id is null
            """,
            basket, key, order.OrderId.Value, OrNull(order.AccessToken), OrNull(sent.Person?.Value), sent.FormHash);
        // Apart from the update: from then on no request joins these.
        await ExecuteAsync("delete from checkout_requests r using checkout_attempts a where a.basket_key = $1 and a.form_key = $2 and a.order_id is not null and r.basket_key = $1 and r.form_key = $2",
            basket, key);
    }

    /// <summary>
    /// Ordering decided against the order of this key, so that no other will stand under it. Nothing else ends an open attempt: a refusal that decided
    /// nothing leaves the key, under which an earlier press may still arrive.
    /// </summary>
    public Task RefusedAsync(byte[] basket, string key) => ExecuteAsync("delete from checkout_attempts where basket_key = $1 and form_key = $2 and order_id is null", basket, key);

    /// <summary>The press was answered and has placed nothing so far: nobody waits.</summary>
    public Task AnsweredAsync(byte[] basket, string key) => ExecuteAsync("update checkout_attempts set waiting = false where basket_key = $1 and form_key = $2", basket, key);

    /// <summary>The basket's own order is decided. What it took leaves the basket, once; what was put in since its request was written down stays.</summary>
    public Task SettleAsync(byte[] basket, OrderView order, bool stands) => ExecuteAsync(
        """
        with settled as (update checkout_attempts set settled = true where basket_key = $1 and order_id = $2 and not settled returning coalesce(ordered_at, sent_at) as at),
        taken as (
            select l.offer_id, t.quantity, greatest(l.added_at, l.raised_at) > s.at as since
            from settled s, unnest($4::uuid[], $5::bigint[]) as t(offer_id, quantity) join basket_lines l on l.offer_id = t.offer_id where l.key = $1 and l.town = $3),
        lessened as (
            update basket_lines l set quantity = l.quantity - t.quantity from taken t where l.key = $1 and l.town = $3 and l.offer_id = t.offer_id and t.since and l.quantity > t.quantity)
        delete from basket_lines l using taken t where l.key = $1 and l.town = $3 and l.offer_id = t.offer_id and not t.since
        """,
        basket, order.OrderId.Value, order.Town, Taken(order, stands).Select(l => l.OfferId.Value).ToArray(), Taken(order, stands).Select(l => l.Quantity).ToArray());

    /// <summary>The orders that the basket has settled and whose request was not written down before this.</summary>
    public async Task<IReadOnlyList<(OrderId Order, string? AccessToken)>> SettledAsync(byte[] basket, string town, DateTimeOffset since, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            "select order_id, access_token from checkout_attempts where basket_key = $1 and town = $2 and settled and order_id is not null and coalesce(ordered_at, sent_at) >= $3");
        command.Parameters.Add(new() { Value = basket });
        command.Parameters.Add(new() { Value = town });
        command.Parameters.Add(new() { Value = since });
        var found = new List<(OrderId, string?)>();
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
        {
            found.Add((OrderId.From(row.GetGuid(0)), row.IsDBNull(1) ? null : row.GetString(1)));
        }
        return found;
    }

    /// <summary>What nobody came back to within a day: by the last press, whose answer may still be looked for.</summary>
    public Task ForgetOldAsync() => ExecuteAsync("delete from checkout_attempts where sent_at < now() - interval '1 day'");

    private static IEnumerable<LineView> Taken(OrderView order, bool stands) => stands ? order.ShopOrders.SelectMany(s => s.Lines) : [];

    private static PersonId? PersonAt(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : PersonId.From(row.GetGuid(column));

    private static object OrNull(object? value) => value ?? DBNull.Value;

    // Not given up with the request: a browser that was closed, or pressed twice, must not leave the outcome unwritten.
    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
