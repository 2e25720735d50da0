using System.Text.Json;
using Marketplace.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Ordering.Orders;

/// <summary>Who ordered, and how they read. Absent once erased.</summary>
internal sealed record OrderContact(OrderId Order, PersonId? Person, string Name, string Email, string? Phone, string Locale, IReadOnlyDictionary<ShopId, string>? Notes);

/// <summary>The table that holds all personal data of orders.</summary>
internal sealed class Contacts(NpgsqlDataSource database)
{
    internal static NpgsqlBatchCommand Insert(IReadOnlyCollection<OrderContact> contacts, DateTimeOffset at) => new(
        """
        insert into contacts (order_id, person_id, name, email, phone, locale, notes, at)
        select order_id, person_id, name, email, phone, locale, notes::jsonb, $8
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as c(order_id, person_id, name, email, phone, locale, notes)
        """)
    {
        Parameters =
        {
            new() { Value = contacts.Select(c => c.Order.Value).ToArray() },
            new() { Value = contacts.Select(c => c.Person?.Value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            new() { Value = contacts.Select(c => c.Name).ToArray() },
            new() { Value = contacts.Select(c => c.Email).ToArray() },
            new() { Value = contacts.Select(c => c.Phone).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new() { Value = contacts.Select(c => c.Locale).ToArray() },
            new() { Value = contacts.Select(c => c.Notes is null ? null : JsonSerializer.Serialize(c.Notes)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new() { Value = at.ToUniversalTime() },
        },
    };

    /// <summary>The orders have ended: their contacts' time runs.</summary>
    /// <param name="orders">Each with until when its resident may withdraw from what was handed over; null: from nothing.</param>
    /// <param name="at">When they ended.</param>
    internal static NpgsqlBatchCommand End(IReadOnlyCollection<(OrderId Order, DateTimeOffset? WithdrawUntil)> orders, DateTimeOffset at) => new(
        "update contacts c set ended_at = $3, withdraw_until = e.until from unnest($1::uuid[], $2::timestamptz[]) as e(order_id, until) where c.order_id = e.order_id")
    {
        Parameters =
        {
            new() { Value = orders.Select(o => o.Order.Value).ToArray() },
            new() { Value = orders.Select(o => o.WithdrawUntil?.ToUniversalTime()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            new() { Value = at.ToUniversalTime() },
        },
    };

    /// <summary>Ordered as nobody known, asked for again signed in, under the key that only who ordered has: from now on it is among this person's orders.</summary>
    internal async Task BelongsAsync(OrderId order, PersonId person, CancellationToken token)
    {
        await using var command = database.CreateCommand("update contacts set person_id = $2 where order_id = $1 and person_id is null and not person_left");
        command.Parameters.Add(new() { Value = order.Value });
        command.Parameters.Add(new() { Value = person.Value });
        await command.ExecuteNonQueryAsync(token);
    }

    internal async Task<OrderContact?> FindAsync(OrderId order, CancellationToken token) =>
        (await FindAsync([order], token)).GetValueOrDefault(order);

    internal async Task<IReadOnlyDictionary<OrderId, OrderContact>> FindAsync(IReadOnlyCollection<OrderId> orders, CancellationToken token)
    {
        var found = new Dictionary<OrderId, OrderContact>();
        await using var command = database.CreateCommand(
            "select order_id, person_id, name, email, phone, locale, notes::text from contacts where order_id = any($1)");
        command.Parameters.Add(new() { Value = orders.Select(o => o.Value).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var id = new OrderId(reader.GetGuid(0));
            found[id] = new OrderContact(id, reader.IsDBNull(1) ? null : new PersonId(reader.GetGuid(1)), reader.GetString(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetString(5),
                reader.IsDBNull(6) ? null : JsonSerializer.Deserialize<Dictionary<ShopId, string>>(reader.GetString(6)));
        }

        return found;
    }
}
