-- How many of the pieces that were set aside the last count that included them did not find. A figure that leaves out what is set aside knows nothing of it, however
-- often it comes, and what is delivered takes the place of what is missing from the sale alone: it is remembered until the orders of then have ended.
alter table stock add column lacking bigint not null default 0 check (lacking >= 0), add column looked_at timestamptz;
update stock set lacking = missing, looked_at = counted_at where missing > 0;
