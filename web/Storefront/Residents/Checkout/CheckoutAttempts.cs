using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Npgsql;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>
/// Remembers what a basket sent under a form's key, before it is sent. Pressed twice, sent again by the browser or tried again after a slow answer,
/// the form leads to the order of its first press: the very same request goes out again, although the basket and the stock have moved by then.
/// </summary>
internal sealed class CheckoutAttempts(NpgsqlDataSource database)
{
    /// <summary>What this form led to, or is about to; null for a first press, and for a form that was changed while no order is known.</summary>
    public async Task<CheckoutAttempt?> FindAsync(byte[] basket, CheckoutForm form, CancellationToken token)
    {
        await using var command = database.CreateCommand("select form_hash, request, order_id, access_token from checkout_attempts where basket_key = $1 and form_key = $2");
        command.Parameters.Add(new() { Value = basket });
        command.Parameters.Add(new() { Value = form.Key });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) && Read(reader) is var attempt && (attempt.Order is not null || attempt.IsOf(form)) ? attempt : null;
    }

    /// <summary>Keeps the request; where another press was first, what that one kept.</summary>
    public async Task<CheckoutAttempt> KeepAsync(byte[] basket, CheckoutForm form, PlaceOrder request, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            insert into checkout_attempts as a (basket_key, form_key, form_hash, request) values ($1, $2, $3, $4)
            on conflict (basket_key, form_key) do update set at = a.at
            returning form_hash, request, order_id, access_token
            """);
        command.Parameters.Add(new() { Value = basket });
        command.Parameters.Add(new() { Value = form.Key });
        command.Parameters.Add(new() { Value = CheckoutAttempt.HashOf(form) });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(request, ServiceClient.Json) });
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return Read(reader);
    }

    /// <summary>The order stands: from now on it is the answer, and who ordered is known to Ordering alone.</summary>
    public Task PlacedAsync(byte[] basket, CheckoutForm form, OrderView order) => ExecuteAsync(
        "update checkout_attempts set order_id = $3, access_token = $4, request = null where basket_key = $1 and form_key = $2",
        basket, form.Key, order.OrderId.Value, order.AccessToken ?? (object)DBNull.Value);

    /// <summary>Refused: nothing was ordered under this key.</summary>
    public Task RefusedAsync(byte[] basket, CheckoutForm form) =>
        ExecuteAsync("delete from checkout_attempts where basket_key = $1 and form_key = $2 and order_id is null", basket, form.Key);

    /// <summary>What nobody came back to within a day.</summary>
    public Task ForgetOldAsync() => ExecuteAsync("delete from checkout_attempts where at < now() - interval '1 day'");

    private static CheckoutAttempt Read(NpgsqlDataReader row) => new(row.GetFieldValue<byte[]>(0),
        row.IsDBNull(1) ? null : JsonSerializer.Deserialize<PlaceOrder>(row.GetString(1), ServiceClient.Json),
        row.IsDBNull(2) ? null : OrderId.From(row.GetGuid(2)), row.IsDBNull(3) ? null : row.GetString(3));

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

/// <param name="Request">Null once the order is known.</param>
internal sealed record CheckoutAttempt(byte[] FormHash, PlaceOrder? Request, OrderId? Order, string? AccessToken)
{
    public bool IsOf(CheckoutForm form) => HashOf(form).AsSpan().SequenceEqual(FormHash);

    public static byte[] HashOf(CheckoutForm form) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(form, ServiceClient.Json));
}
