-- The shared pickup point at which a parcel waits for its shop to fetch it, because nobody collected it in time: what the shop's and the keeper's pages list.
alter table shop_orders add column left_at text;
create index shop_orders_left_idx on shop_orders (left_at) where left_at is not null;
