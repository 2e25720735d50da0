-- What an offer on sale costs, and from when: a reduction may only be told against the lowest price of the thirty days before it (C. conso. L112-1-1).
create table price_changes (
    offer_id uuid not null references offers (offer_id),
    at timestamptz not null,
    price_cents bigint not null check (price_cents > 0),
    unit text not null check (unit in ('piece', 'weight')),
    primary key (offer_id, at)
);
-- Of what is on sale already it is known only since when it has stood as it does.
insert into price_changes (offer_id, at, price_cents, unit) select offer_id, updated_at, price_cents, unit from offers where status = 'active';
