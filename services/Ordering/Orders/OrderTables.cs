using Marketplace.Contracts;
using Marketplace.EventStore;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>The read models <c>orders</c> and <c>shop_orders</c>: what lists sort and filter by. The rest of a page comes from the stream.</summary>
internal sealed class OrderTables : IProjection
{
    public string Name => "orders";

    public IReadOnlyList<string> Tables => ["shop_orders", "orders", "substitute_holds"];

    public void Project(IReadOnlyList<StoredEvent> events, NpgsqlBatch batch)
    {
        var usual = new UsualWay();
        foreach (var happened in events)
        {
            if (!usual.Takes(happened))
            {
                usual.Write(batch); // what happened before it, of whichever order
                Project(happened, batch);
            }
        }

        usual.Write(batch);
    }

    private static void Project(StoredEvent happened, NpgsqlBatch batch)
    {
        var order = Order.IdOf(happened.Stream);
        switch (happened.Data)
        {
            case OrderEvent.Refused:
                End(batch, order, "refused");
                break;
            case OrderEvent.HoldExpired:
                End(batch, order, "expired");
                break;
            case OrderEvent.Abandoned:
                End(batch, order, "cancelled");
                break;
            case OrderEvent.PaymentRequested:
                Add(batch, "update orders set status = 'paying' where order_id = $1", order.Value);
                break;
            case OrderEvent.Completed e:
                End(batch, order, e.Outcome);
                break;
            // Still "accepted", still "ready": lists tell these apart by what the stream says.
            case OrderEvent.ShopPreparationStarted e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.ShopParcelNotFound e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.ShopParcelDeposited e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.ShopDepositTakenBack e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.ShopKeptLonger e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.ShopSlotShut e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.ShopBatchMoved e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.PaymentCaptureRequested { Left: { } left }:
                foreach (var shop in left)
                {
                    Change(batch, order, shop, null, null, happened);
                }

                break;
            case OrderEvent.RefundRequested e:
                Change(batch, order, e.ShopId, null, null, happened);
                Settle(batch, order, e.ShopId, e.Refund);
                break;
            case OrderEvent.WithdrawalDeclared e:
                Change(batch, order, e.ShopId, null, null, happened);
                if (e.Lines.Any(l => l.Cents > 0))
                {
                    Await(batch, order, e.ShopId, e.Withdrawal);
                    // Of those before it that are settled nobody waits any more.
                    Add(batch, "update shop_orders set refund_by = case when cardinality(withdrawn) > 1 then least(refund_by, $3) else $3 end where shop_id = $1 and order_id = $2", e.ShopId.Value, order.Value, e.RefundBy.ToUniversalTime());
                }

                break;
            case OrderEvent.WithdrawalReturned { SumOpen: true } e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.WithdrawalReturned e:
                Change(batch, order, e.ShopId, null, null, happened);
                Settle(batch, order, e.ShopId, e.Withdrawal);
                break;
            case OrderEvent.WithdrawalWithheld e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.RefundGivenOtherwise e:
                Change(batch, order, e.ShopId, null, null, happened);
                Settle(batch, order, e.ShopId, e.Refund);
                break;
            case OrderEvent.ShopPaidAtCounter e:
                Change(batch, order, e.ShopId, null, null, happened);
                foreach (var owed in e.Owed ?? [])
                {
                    Await(batch, order, e.ShopId, owed);
                }

                break;
            case OrderEvent.WithdrawalGoodsSaid e:
                Change(batch, order, e.ShopId, null, null, happened);
                Add(batch, "update shop_orders set refund_by = case when cardinality(withdrawn) > 1 then least(refund_by, $3) else $3 end where shop_id = $1 and order_id = $2", e.ShopId.Value, order.Value, e.RefundBy.ToUniversalTime());
                break;
            case OrderEvent.RefundMade e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.RefundFailed e:
                Change(batch, order, e.ShopId, null, null, happened);
                Await(batch, order, e.ShopId, e.Refund);
                break;
            case OrderEvent.RefundRefused { Owed: true } e:
                Change(batch, order, e.ShopId, null, null, happened);
                Await(batch, order, e.ShopId, e.Refund);
                break;
            case OrderEvent.RefundRefused e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.RefundTriedAgain e:
                Add(batch, "update shop_orders set withdrawn = array_remove(withdrawn, $2) where order_id = $1 and $2 = any(withdrawn)", order.Value, e.Refund);
                break;
            case OrderEvent.ShopReady e:
                Change(batch, order, e.ShopId, "ready", e.TotalCents, happened);
                break;
            case OrderEvent.ShopStepTakenBack e:
                Change(batch, order, e.ShopId, e.Status, e.TotalCents, happened);
                break;
            case OrderEvent.LinesDeclined e:
                Change(batch, order, e.ShopId, null, e.TotalCents, happened);
                break;
            case OrderEvent.ShortageProposed e:
                Change(batch, order, e.ShopId, null, null, happened);
                if (e.Substitute is { } substitute)
                {
                    Add(batch, "insert into substitute_holds (hold_id, order_id, shop_id, proposal_id) values ($1, $2, $3, $4) on conflict do nothing", substitute.Hold.Value, order.Value, e.ShopId.Value, e.Proposal);
                }

                break;
            case OrderEvent.SubstituteHeld e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.SubstituteRefused e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.ShortageAnswered e:
                Change(batch, order, e.ShopId, null, e.TotalCents, happened);
                break;
            case OrderEvent.ShortageLapsed e:
                Change(batch, order, e.ShopId, null, e.TotalCents, happened);
                break;
            case OrderEvent.ShortageWithdrawn e:
                Change(batch, order, e.ShopId, null, null, happened);
                break;
            case OrderEvent.ShopDeclined e:
                Change(batch, order, e.ShopId, "declined", 0, happened);
                break;
            case OrderEvent.ShopCollected e:
                Change(batch, order, e.ShopId, "collected", null, happened);
                break;
            case OrderEvent.ShopExpired e:
                Change(batch, order, e.ShopId, "expired", 0, happened);
                break;
            case OrderEvent.ShopLeftAtPoint e:
                Change(batch, order, e.ShopId, e.Status, 0, happened);
                Leave(batch, order, e.ShopId, e.Point);
                break;
            case OrderEvent.ShopParcelBroughtBack e:
                Change(batch, order, e.ShopId, null, null, happened);
                Leave(batch, order, e.ShopId, DBNull.Value);
                break;
            case OrderEvent.ShopCancelled e:
                Change(batch, order, e.ShopId, "cancelled", 0, happened);
                break;
        }
    }

    private static void Leave(NpgsqlBatch batch, OrderId order, ShopId shop, object point) =>
        Add(batch, "update shop_orders set left_at = $3::text where shop_id = $1 and order_id = $2", shop.Value, order.Value, point);

    // Somebody of the shop is to see to it. One that is sent again, or told of twice, is there once.
    private static void Await(NpgsqlBatch batch, OrderId order, ShopId shop, Guid withdrawal) =>
        Add(batch, "update shop_orders set withdrawn = array_append(array_remove(withdrawn, $3), $3) where shop_id = $1 and order_id = $2", shop.Value, order.Value, withdrawal);

    // A refund of another kind is none of them.
    private static void Settle(NpgsqlBatch batch, OrderId order, ShopId shop, Guid withdrawal) =>
        Add(batch, "update shop_orders set withdrawn = array_remove(withdrawn, $3) where shop_id = $1 and order_id = $2 and $3 = any(withdrawn)", shop.Value, order.Value, withdrawal);

    private static void End(NpgsqlBatch batch, OrderId order, string status) =>
        Add(batch, "update orders set status = $2 where order_id = $1", order.Value, status);

    private static void Change(NpgsqlBatch batch, OrderId order, ShopId shop, string? status, long? totalCents, StoredEvent happened)
    {
        if (status is null)
        {
            Add(batch, "update shop_orders set version = $3 where shop_id = $1 and order_id = $2", shop.Value, order.Value, happened.Version);
        }
        else
        {
            Add(batch, "update shop_orders set status = $3, changed_at = $4, version = $5 where shop_id = $1 and order_id = $2",
                shop.Value, order.Value, status, happened.At.ToUniversalTime(), happened.Version);
        }

        if (totalCents is { } total)
        {
            Add(batch, "update shop_orders set total_cents = $3 where shop_id = $1 and order_id = $2", shop.Value, order.Value, total);
            Add(batch, "update orders set total_cents = (select sum(total_cents) from shop_orders where order_id = $1) where order_id = $1", order.Value);
        }
    }

    internal static void Add(NpgsqlBatch batch, string sql, params object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        batch.BatchCommands.Add(command);
    }
}
