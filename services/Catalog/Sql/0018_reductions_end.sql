-- A reduction may end by itself: its last day, in Paris; what the price comes back to; and the price for which that was said, since another one that the shop asks meanwhile stands.
alter table offers add column reduced_at timestamptz, add column reduced_until date, add column price_after_cents bigint check (price_after_cents > 0), add column reduced_price_cents bigint;
-- Of those that are announced already it is known only since when they have stood as they do.
update offers set reduced_at = updated_at where prior_price_cents is not null;
alter table offers add constraint offers_reduction_ends check (prior_price_cents is not null or (reduced_at, reduced_until, price_after_cents, reduced_price_cents) is not distinct from (null::timestamptz, null::date, null::bigint, null::bigint));
create index offers_reduced_until_idx on offers (reduced_until) where reduced_until is not null;
