-- How often people found an offer in what they searched, or opened it, while there was none of it: by day of Paris, without who or with which words.
create table wanted_while_out (
    offer_id uuid not null references offers (offer_id),
    day date not null,
    shop_id uuid not null,
    times bigint not null check (times > 0),
    primary key (offer_id, day)
);
create index wanted_while_out_shop_idx on wanted_while_out (shop_id, day);
create index wanted_while_out_day_idx on wanted_while_out (day);
