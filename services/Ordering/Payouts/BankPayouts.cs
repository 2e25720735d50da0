using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Ledger;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using Npgsql;

namespace Marketplace.Ordering.Payouts;

/// <summary>
/// What the other side paid out of the shops' accounts to their banks: it decides when, so it is read, kept, and posted (decision 27). A posting is named by the payout, so
/// it is written once, however often that is read, and by whomever.
/// </summary>
internal sealed class BankPayouts(IPaymentGateway gateway, NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostShown = 20;

    /// <summary>A bank may send back within days what it took.</summary>
    private static readonly TimeSpan MayComeBack = TimeSpan.FromDays(30);

    // What went out, and what came back: as events are numbered in an order.
    private const long Out = 1;
    private const long Back = 2;

    /// <summary>What the posting of a payout is called: no order has this id.</summary>
    internal static Guid PostingOf(string payout) => new(SHA256.HashData(Encoding.UTF8.GetBytes("payout " + payout)).AsSpan(0, 16));

    /// <returns>Null: read; else why not.</returns>
    internal async Task<PaymentProblem?> ReadAsync(ShopId shop, string account, CancellationToken token)
    {
        var read = await gateway.ReadPayoutsAsync(account, await FromAsync(account, token), token);
        if (!read.IsDone)
        {
            return read.Problem;
        }

        if (read.Value.Count > 0)
        {
            await KeepAsync(shop, account, [.. read.Value.OrderBy(p => p.Id, StringComparer.Ordinal)], token);
        }

        return null;
    }

    /// <summary>Those of a shop, the last first; and what lies on its account until the next.</summary>
    internal static async Task<ShopPayouts> OfAsync(BooksMoment books, ShopId shop)
    {
        var (onAccount, total) = (await books.ReadAsync(
            """
            select coalesce(sum(e.cents) filter (where e.account = 'merchant' and p.kind in ('transfer', 'reversal') or e.account = 'account'), 0)::bigint,
                (select count(*)::int from payouts where shop_id = $1)
            from ledger_postings p join ledger_entries e using (order_id, version, shop_id) where p.shop_id = $1
            """,
            r => (r.GetInt64(0), r.GetInt32(1)), shop.Value))[0];
        var last = await books.ReadAsync($"select cents, status, made_at, arrives_on, failed_for from payouts where shop_id = $1 order by made_at desc, payout_id limit {MostShown}",
            r => new BankPayout(r.GetInt64(0), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.GetFieldValue<DateOnly>(3), r.IsDBNull(4) ? null : r.GetString(4)), shop.Value);
        return new ShopPayouts(onAccount, last, total);
    }

    // Also from the first that has no posting: books that were emptied have all of them again.
    private async Task<DateTimeOffset> FromAsync(string account, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select least(max(made_at) - $2, min(made_at) filter (where not exists (select from ledger_postings p where p.order_id = posting_id)))
            from payouts where account_id = $1
            """);
        command.Parameters.Add(new() { Value = account });
        command.Parameters.Add(new() { Value = MayComeBack });
        return await command.ExecuteScalarAsync(token) is DateTime last ? new DateTimeOffset(last, TimeSpan.Zero) : DateTimeOffset.UnixEpoch;
    }

    private async Task KeepAsync(ShopId shop, string account, List<Payout> payouts, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(connection, transaction);
        // Forward alone: who read earlier and writes later undoes nothing.
        OrderTables.Add(batch,
            """
            insert into payouts as kept (payout_id, posting_id, account_id, shop_id, cents, status, made_at, arrives_on, failed_for, seen_at)
            select p.payout_id, p.posting_id, $1, $2, p.cents, p.status, p.made_at, p.arrives_on, p.failed_for, $3
            from unnest($4::text[], $5::uuid[], $6::bigint[], $7::text[], $8::timestamptz[], $9::date[], $10::text[]) p(payout_id, posting_id, cents, status, made_at, arrives_on, failed_for)
            on conflict (payout_id) do update set status = excluded.status, arrives_on = excluded.arrives_on, failed_for = excluded.failed_for, seen_at = excluded.seen_at
            where array_position(array['on-its-way', 'paid', 'failed'], excluded.status) > array_position(array['on-its-way', 'paid', 'failed'], kept.status)
            """,
            account, shop.Value, now, payouts.ConvertAll(p => p.Id), payouts.ConvertAll(p => PostingOf(p.Id)), payouts.ConvertAll(p => p.Cents), payouts.ConvertAll(p => TextOf(p.Status)),
            payouts.ConvertAll(p => p.CreatedAt.ToUniversalTime()), payouts.ConvertAll(p => p.ArrivesOn), payouts.Select(p => p.FailedFor).ToArray());
        LedgerKeeping.Add(batch, [.. payouts.SelectMany(p => PostingsOf(p, shop, now))]);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
    }

    // The other side tells no time of what came back: it is the one at which it was seen first.
    private static IEnumerable<Posting> PostingsOf(Payout payout, ShopId shop, DateTimeOffset now)
    {
        var name = new OrderId(PostingOf(payout.Id));
        yield return new Posting(name, Out, shop, Posting.PaidOut, payout.CreatedAt, [new(Accounts.Bank, payout.Cents), new(Accounts.Account, -payout.Cents)]);
        if (payout.Status is PayoutStatus.Failed)
        {
            yield return new Posting(name, Back, shop, Posting.PayoutReturned, now, [new(Accounts.Account, payout.Cents), new(Accounts.Bank, -payout.Cents)]);
        }
    }

    private static string TextOf(PayoutStatus status) => status switch
    {
        PayoutStatus.OnItsWay => "on-its-way",
        PayoutStatus.Paid => "paid",
        _ => "failed",
    };
}
