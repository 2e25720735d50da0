using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Payouts;
using Marketplace.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Ordering.Purchases;

/// <summary>One event of Stripe's: what it is about, nothing of what it says.</summary>
/// <param name="Order">Whose payment it is about; null: of none that it names.</param>
/// <param name="Account">Of which merchant's account it is; null: the platform's own.</param>
internal sealed record PaymentEvent(string Id, string Type, OrderId? Order, string? Account, bool Live, DateTimeOffset CreatedAt)
{
    private static readonly string[] OrderIn = ["order", "transfer_group", "client_reference_id"];

    internal static PaymentEvent Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var told = json.RootElement;
            var about = told.GetProperty("data").GetProperty("object");
            return new PaymentEvent(told.GetProperty("id").GetString()!, told.GetProperty("type").GetString()!, OrderOf(about), AccountOf(told),
                told.GetProperty("livemode").GetBoolean(), DateTimeOffset.FromUnixTimeSeconds(told.GetProperty("created").GetInt64())) is { Id.Length: > 0 and <= 255, Type.Length: > 0 and <= 255 } read
                ? read : throw Unreadable();
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw Unreadable();
        }
    }

    // As an address may hold it: it is read by it.
    private static string? AccountOf(JsonElement told) =>
        told.TryGetProperty("account", out var account) && account.ValueKind is JsonValueKind.String && account.GetString() is { Length: > 5 and < 100 } id
        && id.StartsWith("acct_", StringComparison.Ordinal) && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? id : null;

    private static OrderId? OrderOf(JsonElement about)
    {
        var metadata = about.TryGetProperty("metadata", out var given) && given.ValueKind is JsonValueKind.Object ? given : (JsonElement?)null;
        foreach (var name in OrderIn)
        {
            if (((metadata is { } m && m.TryGetProperty(name, out var value)) || about.TryGetProperty(name, out value)) && value.ValueKind is JsonValueKind.String
                && OrderId.TryParse(value.GetString(), null, out var order))
            {
                return order;
            }
        }

        return null;
    }

    private static Refusal Unreadable() => new("event-unreadable", StatusCodes.Status400BadRequest, "Cet événement n’est pas lisible.", "This event cannot be read.");
}

/// <summary>
/// Stripe's events, kept before they are answered, many at a time; with those of an order or of a merchant's account its timer, in the same transaction. One that is delivered again changes
/// nothing but the timer: whoever looks once too often sees what stands.
/// </summary>
internal sealed class PaymentEvents(NpgsqlDataSource database, PurchaseSettings settings, TimeProvider clock) : IAsyncDisposable
{
    private Drain<PaymentEvent>? _drain;

    internal bool IsSigned(ReadOnlySpan<byte> body, string? header, DateTimeOffset now)
    {
        foreach (var secret in settings.WebhookSecrets)
        {
            if (StripeSignature.Verify(body, header, secret, now) is SignatureVerdict.Valid)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Of the other mode, live or test, nothing is kept: it is somebody else's money.</summary>
    internal Task KeepAsync(PaymentEvent told, CancellationToken token) => told.Live == settings.Stripe.IsLive
        ? Batches.AddAsync(told, token)
        : throw new Refusal("event-of-other-mode", StatusCodes.Status400BadRequest, "Cet événement est d’un autre mode (réel ou de test).", "This event is of the other mode (live or test).");

    public ValueTask DisposeAsync() => _drain?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Drain<PaymentEvent> Batches => LazyInitializer.EnsureInitialized(ref _drain, () => new Drain<PaymentEvent>(KeepAsync));

    private async Task KeepAsync(IReadOnlyList<PaymentEvent> together, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var events = together.DistinctBy(e => e.Id).OrderBy(e => e.Id, StringComparer.Ordinal).ToList();
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into payment_events (event_id, type, order_id, created_at, received_at, account_id)
            select event_id, type, order_id, created_at, $5, account_id from unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[], $6::text[]) as e(event_id, type, order_id, created_at, account_id)
            on conflict do nothing
            """)
        {
            Parameters =
            {
                new() { Value = events.ConvertAll(e => e.Id) },
                new() { Value = events.ConvertAll(e => e.Type) },
                new() { Value = events.Select(e => e.Order?.Value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                new() { Value = events.ConvertAll(e => e.CreatedAt) },
                new() { Value = now },
                new() { Value = events.Select(e => e.Account).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        });
        batch.ScheduleWork([.. events.Select(e => e.Order).OfType<OrderId>().Distinct().Select(o => new WorkTimer(PurchaseWork.WorkKind, o.ToString(), now)),
            .. events.Select(e => e.Account).OfType<string>().Distinct().Select(a => new WorkTimer(PayoutWork.WorkKind, a, now))]);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
    }
}
