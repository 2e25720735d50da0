using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Purchases;
using Npgsql;

namespace Marketplace.Ordering.Erasure;

/// <summary>
/// Erases who was behind an order: after its time once the order has ended, and for a person who deleted the account as soon as the order has.
/// All of it is deletes by what the rows say, so it may be repeated, and by several processes.
/// </summary>
internal sealed class ContactErasure(NpgsqlDataSource database, TimeProvider clock, IConfiguration configuration) : IDueWorkHandler
{
    /// <summary>Longer than the storefront's last token for the person is good: what was ordered with it is found the second time.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);

    /// <summary>Of an order that never stood, nobody asks for long.</summary>
    private static readonly TimeSpan NeverStood = TimeSpan.FromDays(30);

    private readonly TimeSpan _kept = TimeSpan.FromDays(DaysOf(configuration));

    public string Kind => "person-left";

    /// <summary>Three years by default: how long the data protection authority lets a shop keep customers it has not heard of since.</summary>
    internal static int DaysOf(IConfiguration configuration) => configuration.GetValue("Ordering:ContactsKeptDays", 1096) is >= 1 and <= 3653 and var days
        ? days
        : throw new InvalidOperationException("Ordering:ContactsKeptDays must be between 1 and 3653.");

    /// <summary>The person deleted the account: ended orders forget them now, open ones are theirs no more and forget them when they end.</summary>
    internal Task LeaveAsync(PersonId person, CancellationToken token) => RunAsync(batch =>
    {
        Leave(batch, person);
        batch.ScheduleWork(Kind, person.ToString(), clock.GetUtcNow() + LookAgain);
    }, token);

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        await RunAsync(batch => Leave(batch, PersonId.Parse(work.Key, null)), token);
        return null;
    }

    /// <summary>What has had its time.</summary>
    internal Task EraseAsync(CancellationToken token) => RunAsync(batch =>
    {
        var now = clock.GetUtcNow();
        batch.BatchCommands.Add(new("delete from contacts where ended_at < $1") { Parameters = { new() { Value = now - _kept } } });
        batch.BatchCommands.Add(new("delete from contacts c using orders o where o.order_id = c.order_id and o.pickup_code is null and c.ended_at < $1")
        {
            Parameters = { new() { Value = now - NeverStood } },
        });
        batch.BatchCommands.Add(EraseLeft());
    }, token);

    // First marked, then erased: an order that ends meanwhile is erased by one of the two who see it ended and marked, here or at the next look.
    private void Leave(NpgsqlBatch batch, PersonId person)
    {
        // The keys hold a hash of what was sent, contact included. An attempt's stays for its week while the order is open: pressed again, by a browser
        // that was signed out with the account, it is still that order.
        batch.BatchCommands.Add(new("delete from idempotency_keys where caller = $1 or order_id in (select order_id from contacts where person_id = $2 and ended_at is not null)")
        {
            Parameters = { new() { Value = person.ToString() }, new() { Value = person.Value } },
        });
        batch.BatchCommands.Add(new("update contacts set person_id = null, person_left = true where person_id = $1") { Parameters = { new() { Value = person.Value } } });
        batch.BatchCommands.Add(EraseLeft());
    }

    // An order's last mail still goes out: it tells that the goods went back, or that a shop could not deliver. And who may withdraw still, or is owed something, is to hear
    // of it (decision 0023): until then the address stays, with nobody's account.
    private NpgsqlBatchCommand EraseLeft() => new(
        $"""
        delete from contacts c where c.person_left and c.ended_at is not null
        and not exists (select 1 from due_work w where w.kind = '{Notice.WorkKind}' and split_part(w.key, '/', 1) = c.order_id::text)
        and (c.withdraw_until is null or c.withdraw_until < $1)
        and not exists (select 1 from shop_orders s where s.order_id = c.order_id and cardinality(s.withdrawn) > 0)
        and (c.withdraw_until is null or not exists (select 1 from due_work w where w.kind = '{PurchaseWork.WorkKind}' and w.key = c.order_id::text))
        """)
    {
        Parameters = { new() { Value = clock.GetUtcNow() } },
    };

    private async Task RunAsync(Action<NpgsqlBatch> fill, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        fill(batch);
        await batch.ExecuteNonQueryAsync(token);
    }
}
