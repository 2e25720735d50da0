-- A row for every slot that somebody has asked for; slots themselves are derived. `booked` counts orders, held or confirmed:
-- one per order, however many of its shops bring their goods to a shared point.
create table slots (
    slot_id text collate "C" primary key,
    place text not null,
    starts_at timestamptz not null,
    capacity int not null,
    booked int not null,
    constraint slots_capacity_check check (booked between 0 and capacity)
) with (fillfactor = 70);
create index slots_place_idx on slots (place, starts_at);

-- What this service knows of an order: its first answer, and whether the places are still its own. `early` stands for an order
-- whose release came before its booking. The row is also what makes repeated messages harmless, so no inbox row is written.
create table slot_orders (
    order_id uuid primary key,
    state text not null check (state in ('early', 'held', 'confirmed', 'refused', 'released')),
    released_shops uuid[] not null default '{}',
    ask_at timestamptz,
    constraint slot_orders_ask_check check ((state = 'held') = (ask_at is not null))
) with (fillfactor = 80);
create index slot_orders_ask_idx on slot_orders (ask_at) where state = 'held';

create table slot_bookings (
    order_id uuid not null,
    shop_id uuid not null,
    slot_id text collate "C" not null,
    primary key (order_id, shop_id)
);
create index slot_bookings_slot_idx on slot_bookings (slot_id);
