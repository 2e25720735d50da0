-- Beside the figure of a movement, how much of it was found missing and is only wanted by orders: what stands in the shop is the one less the other. Null: none.
alter table stock_movements add column missing_delta bigint, add column missing_after bigint;
