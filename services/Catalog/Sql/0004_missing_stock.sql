-- How much of `assumed` the last count found missing: it stands in the figure for the orders that hold it, and is never for sale.
alter table stock add column missing bigint not null default 0,
    add constraint stock_missing_not_for_sale check (missing between 0 and assumed and (missing = 0 or on_hand = reserved));
