using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.EventStore;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// The rows of the steps that nearly every order takes, many orders at a time: placed, confirmed, accepted. Each order takes them in this order, so the same
/// step of all of them is one statement.
/// </summary>
internal sealed class UsualWay
{
    private readonly List<(OrderId Order, OrderEvent.Placed Event, StoredEvent Stored)> _placed = [];
    private readonly List<(OrderId Order, OrderEvent.Confirmed Event, StoredEvent Stored)> _confirmed = [];
    private readonly Dictionary<(OrderId Order, ShopId Shop), StoredEvent> _accepted = [];

    /// <summary>False: something else happened.</summary>
    internal bool Takes(StoredEvent happened)
    {
        switch (happened.Data)
        {
            case OrderEvent.Placed e:
                _placed.Add((Order.IdOf(happened.Stream), e, happened));
                return true;
            case OrderEvent.StockReserved or OrderEvent.SlotsBooked:
                return true; // on the way to a confirmation, and shown nowhere
            case OrderEvent.Confirmed e:
                _confirmed.Add((Order.IdOf(happened.Stream), e, happened));
                return true;
            case OrderEvent.ShopAccepted e:
                _accepted[(Order.IdOf(happened.Stream), e.ShopId)] = happened;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Adds the statements for what was taken since the last time.</summary>
    internal void Write(NpgsqlBatch batch)
    {
        Place(batch);
        Confirm(batch);
        Accept(batch);
        _placed.Clear();
        _confirmed.Clear();
        _accepted.Clear();
    }

    private void Place(NpgsqlBatch batch)
    {
        if (_placed.Count > 0)
        {
            OrderTables.Add(batch,
                """
                insert into orders (order_id, reference, town, status, placed_at, total_cents, shops)
                select order_id, reference, town, 'pending', placed_at, 0, array(select jsonb_array_elements_text(shops::jsonb))
                from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[]) as o(order_id, reference, town, placed_at, shops)
                """,
                _placed.ConvertAll(p => p.Order.Value), _placed.ConvertAll(p => OrderReference.Of(p.Order)), _placed.ConvertAll(p => p.Event.Town),
                _placed.ConvertAll(p => p.Stored.At.ToUniversalTime()), _placed.ConvertAll(p => JsonSerializer.Serialize(p.Event.Shops.Select(s => s.Name))));
        }
    }

    private void Confirm(NpgsqlBatch batch)
    {
        if (_confirmed.Count == 0)
        {
            return;
        }

        OrderTables.Add(batch,
            """
            update orders o set status = 'confirmed', pickup_code = c.code, total_cents = c.total_cents
            from unnest($1::uuid[], $2::text[], $3::bigint[]) as c(order_id, code, total_cents) where o.order_id = c.order_id
            """,
            _confirmed.ConvertAll(c => c.Order.Value), _confirmed.ConvertAll(c => c.Event.PickupCode), _confirmed.ConvertAll(c => c.Event.Shops.Sum(s => s.TotalCents)));
        // Most shops accept by themselves, in the same moment: the row then begins as accepted.
        var parts = _confirmed.SelectMany(c => c.Event.Shops.Select(s => (c.Order, Shop: s, Accepted: _accepted.Remove((c.Order, s.ShopId), out var by), Last: by ?? c.Stored))).ToList();
        OrderTables.Add(batch,
            """
            insert into shop_orders (shop_id, order_id, status, pickup_start, total_cents, changed_at, version)
            select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::bigint[], $6::timestamptz[], $7::bigint[])
            """,
            parts.ConvertAll(p => p.Shop.ShopId.Value), parts.ConvertAll(p => p.Order.Value), parts.ConvertAll(p => p.Accepted ? "accepted" : "requested"),
            parts.ConvertAll(p => p.Shop.PickupStart.ToUniversalTime()), parts.ConvertAll(p => p.Shop.TotalCents),
            parts.ConvertAll(p => p.Last.At.ToUniversalTime()), parts.ConvertAll(p => p.Last.Version));
    }

    private void Accept(NpgsqlBatch batch)
    {
        if (_accepted.Count > 0)
        {
            OrderTables.Add(batch,
                """
                update shop_orders s set status = 'accepted', changed_at = a.at, version = a.version
                from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[]) as a(shop_id, order_id, at, version)
                where s.shop_id = a.shop_id and s.order_id = a.order_id
                """,
                _accepted.Keys.Select(k => k.Shop.Value).ToList(), _accepted.Keys.Select(k => k.Order.Value).ToList(),
                _accepted.Values.Select(a => a.At.ToUniversalTime()).ToList(), _accepted.Values.Select(a => a.Version).ToList());
        }
    }
}
