using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Ordering.Payouts;

/// <summary>What is kept of a shop's account.</summary>
/// <param name="Attempt">Under which it was asked for.</param>
/// <param name="Account">Null: asked for, and not known yet.</param>
/// <param name="ReadAt">Null: never read.</param>
internal sealed record KeptAccount(ShopId Shop, string Name, int Attempt, DateTimeOffset AskedAt, MerchantAccount? Account, DateTimeOffset? ReadAt);

/// <summary>
/// The shops' accounts on the other side (decision 27): each opened once, by its owner, and what stands there kept. What was asked for is recorded before the call, so a press that is
/// repeated, in another process or after a crash, finds it or makes the same call again.
/// </summary>
internal sealed partial class PayoutAccounts(IPaymentGateway gateway, Retrying retrying, NpgsqlDataSource database, TimeProvider clock, ILogger<PayoutAccounts> log)
{
    private const int Tries = 3;

    private const string Columns = "shop_id, name, attempt, asked_at, account_id, can_receive, pays_out, submitted, checked, due, past_due, deadline, disabled_for, read_at";

    internal async Task<KeptAccount?> FindAsync(ShopId shop, CancellationToken token) => (await ReadAsync($"select {Columns} from payout_accounts where shop_id = $1", token, shop.Value)).SingleOrDefault();

    /// <summary>The shop's account, opened where it has none.</summary>
    internal async Task<KeptAccount> OpenAsync(ShopEntry shop, CancellationToken token)
    {
        await WriteAsync("insert into payout_accounts (shop_id, name, asked_at) values ($1, $2, $3) on conflict do nothing", token, shop.Id.Value, shop.Name, clock.GetUtcNow());
        for (var tries = 1; ; tries++)
        {
            // Read before looking: of two who ask anew after they both saw none, one does.
            var asked = await FindAsync(shop.Id, token) ?? throw new InvalidOperationException($"Shop {shop.Id} asked for no account.");
            if (asked.Account is not null)
            {
                return asked;
            }

            // It may have been opened by a call of which nobody heard, or before this was recorded.
            var found = await gateway.FindAccountsAsync(shop.Id, token);
            if (!found.IsDone)
            {
                throw Unavailable(shop.Id, found.Problem);
            }

            if (found.Value.OrderByDescending(a => a.CanReceive).ThenByDescending(a => a.Submitted).FirstOrDefault() is { } known)
            {
                return await RecordAsync(shop.Id, known.Id, token);
            }

            var age = clock.GetUtcNow() - asked.AskedAt;
            if (age <= Retrying.KeysAreSure)
            {
                var key = $"account-{shop.Id}-{asked.Attempt}";
                var opened = await gateway.OpenAccountAsync(new MerchantAccountRequest(shop.Id, asked.Name, null), key, token);
                if (opened.IsDone)
                {
                    return await RecordAsync(shop.Id, opened.Value.Id, token);
                }

                if (tries == Tries || retrying.After(opened.Problem, key, asked.Attempt, age) is not null)
                {
                    throw Unavailable(shop.Id, opened.Problem);
                }
            }

            await WriteAsync("update payout_accounts set attempt = attempt + 1, asked_at = $3 where shop_id = $1 and attempt = $2 and account_id is null", token, shop.Id.Value, asked.Attempt, clock.GetUtcNow());
        }
    }

    /// <summary>Adopts an account that was opened for the shop and never recorded, such as one of before.</summary>
    internal async Task<KeptAccount?> AdoptAsync(ShopId shop, IReadOnlyList<MerchantAccount> found, CancellationToken token)
    {
        if (found.OrderByDescending(a => a.CanReceive).ThenByDescending(a => a.Submitted).FirstOrDefault() is { } known)
        {
            await LookAsync(known.Id, token);
            await using var batch = database.CreateBatch();
            batch.ScheduleWork(PayoutWork.WorkKind, known.Id, clock.GetUtcNow());
            await batch.ExecuteNonQueryAsync(token);
        }

        return await FindAsync(shop, token);
    }

    /// <summary>Reads the account and keeps what stands there.</summary>
    /// <returns>Kept null: it is no shop's, or the problem says why it could not be read.</returns>
    internal async Task<(KeptAccount? Kept, PaymentProblem? Problem)> LookAsync(string account, CancellationToken token)
    {
        // Numbered before it is read: an answer that comes late does not undo a later one, and whoever was told of a change reads after it.
        var reading = await ScalarAsync("update payout_accounts set readings = readings + 1 where account_id = $1 returning readings", token, account);
        var read = await gateway.ReadAccountAsync(account, token);
        if (!read.IsDone)
        {
            return (null, read.Problem);
        }

        if (read.Value.Shop is not { } shop)
        {
            return (null, null);
        }

        if (reading is null)
        {
            // Of several of a shop the one that can receive is its account.
            reading = await ScalarAsync(
                """
                insert into payout_accounts as kept (shop_id, name, asked_at, account_id, readings) values ($1, '', $3, $2, 1)
                on conflict (shop_id) do update set account_id = excluded.account_id, readings = kept.readings + 1, can_receive = false
                where kept.account_id is null or ($4 and not kept.can_receive and kept.account_id <> excluded.account_id)
                returning readings
                """,
                token, shop.Value, account, clock.GetUtcNow(), read.Value.CanReceive);
        }

        await KeepAsync(read.Value, reading ?? 0, token);
        return (await FindAsync(shop, token) is { Account: { } now } kept && now.Id == account ? kept : null, null);
    }

    // With the timer that goes on reading it.
    private async Task<KeptAccount> RecordAsync(ShopId shop, string account, CancellationToken token)
    {
        await using (var batch = database.CreateBatch())
        {
            var record = new NpgsqlBatchCommand("update payout_accounts set account_id = $2 where shop_id = $1 and account_id is null");
            record.Parameters.Add(new() { Value = shop.Value });
            record.Parameters.Add(new() { Value = account });
            batch.BatchCommands.Add(record);
            batch.ScheduleWork(PayoutWork.WorkKind, account, clock.GetUtcNow());
            await batch.ExecuteNonQueryAsync(token);
        }

        await LookAsync(account, token);
        return await FindAsync(shop, token) ?? throw new InvalidOperationException($"Shop {shop} asked for no account.");
    }

    private Task<int> KeepAsync(MerchantAccount read, long reading, CancellationToken token) => WriteAsync(
        """
        update payout_accounts set can_receive = $3, pays_out = $4, submitted = $5, checked = $6, due = $7, past_due = $8, deadline = $9, disabled_for = $10, reading = $2, read_at = $11
        where account_id = $1 and reading < $2
        """,
        token, read.Id, reading, read.CanReceive, read.PaysOut, read.Submitted, read.IsChecked, read.Due.ToArray(), read.PastDue.ToArray(),
        (object?)read.Deadline?.ToUniversalTime() ?? DBNull.Value, (object?)read.DisabledFor ?? DBNull.Value, clock.GetUtcNow());

    private async Task<List<KeptAccount>> ReadAsync(string sql, CancellationToken token, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        var rows = new List<KeptAccount>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var shop = new ShopId(reader.GetGuid(0));
            var account = reader.IsDBNull(4) ? null : new MerchantAccount(reader.GetString(4), shop, reader.GetBoolean(5), reader.GetBoolean(6), reader.GetBoolean(7), reader.GetFieldValue<string[]>(9),
                reader.GetFieldValue<string[]>(10), reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11), reader.IsDBNull(12) ? null : reader.GetString(12))
            {
                IsChecked = reader.GetBoolean(8),
            };
            rows.Add(new KeptAccount(shop, reader.GetString(1), reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3), account, reader.IsDBNull(13) ? null : reader.GetFieldValue<DateTimeOffset>(13)));
        }

        return rows;
    }

    private async Task<long?> ScalarAsync(string sql, CancellationToken token, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        return (long?)await command.ExecuteScalarAsync(token);
    }

    private async Task<int> WriteAsync(string sql, CancellationToken token, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(token);
    }

    private NpgsqlCommand Command(string sql, object[] parameters)
    {
        var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter is DBNull ? new() { Value = parameter, NpgsqlDbType = NpgsqlDbType.Unknown } : new() { Value = parameter });
        }

        return command;
    }

    private Refusal Unavailable(ShopId shop, PaymentProblem problem)
    {
        LogNotOpened(shop, problem);
        return new Refusal("account-unavailable", StatusCodes.Status409Conflict, "Le compte de paiement n’a pas pu être ouvert maintenant. Rien n’est perdu : recommencez dans quelques minutes.",
            "The payout account could not be opened now. Nothing is lost: try again in a few minutes.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shop {ShopId} has no account on the other side yet: {Problem}")]
    private partial void LogNotOpened(ShopId shopId, PaymentProblem problem);
}
