using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Npgsql;
using Request = Marketplace.Contracts.Ordering.Api.PlaceOrder;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Which order stands under an Idempotency-Key. A key belongs to the attempt, not to the caller of the moment: between two presses of one button
/// somebody signs in, or a session ends. So a key that nobody can guess names one order for people and for nobody known alike, and the table's
/// primary key lets no second one in, however many ask at once. The order is answered to who sends the very same body, unless another person
/// placed it. Keys that can be guessed, and those of programs, are each caller's own; callers whom nobody knows share theirs. A key is good for a week.
/// </summary>
internal sealed class OrderKeys(NpgsqlDataSource database)
{
    /// <summary>Letters of a key of 128 random bits in the densest form that headers carry.</summary>
    private const int Unguessable = 22;
    private const int Longest = 200;
    private const string Attempts = "";

    /// <summary>What is sent under a key, and where the key is looked for.</summary>
    /// <param name="Asker">Who sends it now; somebody else may have sent it first.</param>
    internal sealed record Sent(string Scope, string Key, byte[] BodyHash, PersonId? Asker);

    /// <summary>Null for a key that cannot be one.</summary>
    internal static Sent? Of(Caller caller, string? key, Request request) => key is not { Length: > 0 and <= Longest }
        ? null
        : new Sent(ScopeOf(caller, key), key, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, PlaceOrderJson.Default.PlaceOrder)), caller.Person);

    internal static void Check(string? key)
    {
        if (key is { Length: 0 or > Longest })
        {
            throw Refusal.Invalid("idempotency-key-invalid", "La clé d’idempotence doit compter de 1 à 200 caractères.", "The idempotency key must have 1 to 200 characters.")
                .With("field", "Idempotency-Key");
        }
    }

    /// <summary>The order that this body became under this key, null when the key is unknown. Another body, or another person's order, is refused.</summary>
    internal async Task<OrderId?> FindAsync(Sent sent, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            "select k.order_id, k.body_hash, c.person_id from idempotency_keys k left join contacts c on c.order_id = k.order_id where k.caller = $1 and k.key = $2");
        command.Parameters.Add(new() { Value = sent.Scope });
        command.Parameters.Add(new() { Value = sent.Key });
        await using var reader = await command.ExecuteReaderAsync(token);
        if (!await reader.ReadAsync(token))
        {
            return null;
        }

        var another = sent.Asker is { } person && !reader.IsDBNull(2) && reader.GetGuid(2) != person.Value;
        return !another && reader.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(sent.BodyHash)
            ? new OrderId(reader.GetGuid(0))
            : throw Refusal.Invalid("idempotency-key-reused",
                "Cette clé d’idempotence a déjà servi pour une autre commande.", "This idempotency key was already used for another order.");
    }

    /// <summary>Whether the insert failed because the key names an order already.</summary>
    internal static bool IsTaken(PostgresException failure) => failure is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "idempotency_keys_pkey" };

    internal static NpgsqlBatchCommand Insert(IReadOnlyCollection<(Sent Sent, OrderId Order)> placed, DateTimeOffset now) => new(
        "insert into idempotency_keys (caller, key, body_hash, order_id, at) select caller, key, body_hash, order_id, $5 "
        + "from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[]) as k(caller, key, body_hash, order_id) order by caller, key")
    {
        Parameters =
        {
            new() { Value = placed.Select(p => p.Sent.Scope).ToArray() },
            new() { Value = placed.Select(p => p.Sent.Key).ToArray() },
            new() { Value = placed.Select(p => p.Sent.BodyHash).ToArray() },
            new() { Value = placed.Select(p => p.Order.Value).ToArray() },
            new() { Value = now.ToUniversalTime() },
        },
    };

    private static string ScopeOf(Caller caller, string key) =>
        caller.Key is { } program ? $"key:{program:x32}"
        : caller.IsOperator ? "operator"
        : key.Length >= Unguessable || caller.Person is not { } person ? Attempts
        : person.ToString();
}
