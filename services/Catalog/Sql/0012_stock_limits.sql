-- What a shop keeps back for its counter, and how long it stands by a figure. On the stock's rows themselves, where the guarded statement and the display read it:
-- `safety` is what holds, `own_safety` what was said of this offer alone; of `fresh_hours` none is the rule of the platform, 0 is for ever.
create table stock_limits (
    shop_id uuid primary key,
    safety bigint not null check (safety between 0 and 1000),
    fresh_hours int check (fresh_hours between 0 and 8760),
    version bigint not null
);
alter table stock add column safety bigint not null default 0 check (safety >= 0), add column own_safety bigint check (own_safety >= 0), add column fresh_hours int check (fresh_hours >= 0);
