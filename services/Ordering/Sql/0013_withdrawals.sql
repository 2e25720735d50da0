-- The withdrawals of a shop's part of an order about which the shop has still to say whether the goods are back: what its board counts and its list finds.
alter table shop_orders add column withdrawn uuid[] not null default '{}';
create index shop_orders_withdrawn_idx on shop_orders (shop_id) where cardinality(withdrawn) > 0;
