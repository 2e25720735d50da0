-- Which shops want a mail for their new orders, and where to.
create table shop_mails (
    shop_id uuid primary key,
    email text not null,
    locale text not null check (locale in ('fr', 'en'))
);

-- What such a shop has not been told yet: written with the confirmation, gone once the mail server took the mail that tells it.
create table shop_news (
    shop_id uuid not null,
    order_id uuid not null,
    at timestamptz not null,
    primary key (shop_id, order_id)
);

insert into due_work (kind, key, due_at) values ('shop-mails', 'next', '2020-01-01') on conflict do nothing;
