-- As of when the shop last counted (a difference is no count), and how much of on_hand was not in that count but stands in the figure because it is set aside:
-- goods that had left before the count, and are told of after it, are taken off these alone.
alter table stock add column counted_at timestamptz;
alter table stock add column assumed bigint not null default 0 check (assumed >= 0);
