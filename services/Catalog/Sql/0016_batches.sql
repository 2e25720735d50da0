-- Goods that are made to order, in batches: the offer's week of them, and of each batch that somebody ordered from, or whose quantity the shop changed, how many places are taken.
-- Without a plan (null) an offer is sold from the shelf. `own`: the shop said this day's quantity; else it follows the plan, and never less than what is taken.
alter table offers add column batches jsonb constraint offers_batches_by_piece check (batches is null or unit = 'piece');

-- The last guard, as stock_never_oversold is: whatever the code does, nobody takes the 41st place of 40. Whoever changes a row
-- has locked its offer's stock first; so no foreign key either, as on the other tables that orders write.
create table offer_batches (
    offer_id uuid not null,
    batch_at timestamptz not null,
    capacity bigint not null,
    taken bigint not null,
    own boolean not null,
    primary key (offer_id, batch_at),
    constraint offer_batches_never_oversold check (0 <= taken and taken <= capacity)
) with (fillfactor = 80);

-- The batch that a line has places in; null: goods from the shelf. Lines with a batch move nothing of `stock`: what they hold and what was issued of them is the batch's `taken`.
alter table reservation_lines add column batch_at timestamptz;
create index reservation_lines_batch_idx on reservation_lines (offer_id, batch_at) where batch_at is not null;
